import { define } from "@/lib/text";

export const projectMessages = define({
  title: ["甲方与项目", "Clients and projects"],
  clients: ["甲方（发包商）", "Clients"],
  clientsHint: [
    "客户资料、商品和订单按甲方分开；只为自己服务时，甲方就是本公司。",
    "Customers, goods and orders are kept apart by client. Who serves only itself is its own client.",
  ],
  client: ["甲方", "Client"],
  addClient: ["新增甲方", "Add a client"],
  projects: ["项目", "Projects"],
  projectsHint: ["业务建在项目之下，在「线路」里设置。", "Business lines hang under a project; they are set on Lines."],
  project: ["项目", "Project"],
  addProject: ["新增项目", "Add a project"],
  lines: ["业务", "Business lines"],
  noLines: ["还没有业务", "none yet"],
});
