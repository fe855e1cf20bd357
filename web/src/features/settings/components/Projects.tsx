import { useQuery } from "@tanstack/react-query";
import { Typography } from "antd";
import { PageFrame } from "@/components/PageFrame";
import { useText } from "@/lib/text";
import { settingsQuery, type Client, type Line, type Project } from "@/features/settings/api/lines";
import { projectMessages } from "@/features/settings/project-messages";
import { RowField, TextField } from "./Fields";
import { SettingTable } from "./SettingTable";
import { SideBySide } from "./SideBySide";

const nameOf = (row: { name: string }) => row.name;

/** Who the tenant works for, and the projects it runs for them; business lines hang under a project. */
export function Projects() {
  const t = useText(projectMessages);
  const { data: lines } = useQuery(settingsQuery<Line>("/api/lines"));
  const linesOf = (project: string) =>
    (lines?.items ?? [])
      .filter((line) => line.project_id === project)
      .map(nameOf)
      .join("、");
  return (
    <PageFrame title={t("title")} testid="projects-page">
      <SideBySide>
        <div>
          <Typography.Title level={5}>{t("clients")}</Typography.Title>
          <Typography.Paragraph type="secondary">{t("clientsHint")}</Typography.Paragraph>
          <SettingTable<Client>
            path="/api/clients"
            testid="clients"
            removable={false}
            nameOf={nameOf}
            addLabel={t("addClient")}
            columns={[{ title: t("client"), dataIndex: "name", render: (name: string) => <b>{name}</b> }]}
            toBody={({ name }) => ({ name })}
            fields={() => <TextField name="name" label={t("client")} />}
          />
        </div>
        <div>
          <Typography.Title level={5}>{t("projects")}</Typography.Title>
          <Typography.Paragraph type="secondary">{t("projectsHint")}</Typography.Paragraph>
          <SettingTable<Project>
            path="/api/projects"
            testid="projects"
            removable={false}
            nameOf={nameOf}
            addLabel={t("addProject")}
            columns={[
              { title: t("project"), dataIndex: "name", render: (name: string) => <b>{name}</b> },
              { title: t("client"), dataIndex: "client_name" },
              {
                title: t("lines"),
                dataIndex: "id",
                render: (id: string) => linesOf(id) || <span className="quiet">{t("noLines")}</span>,
              },
            ]}
            toBody={({ name, client_id }, editing) => (editing ? { name } : { name, client_id })}
            fields={(editing) => (
              <>
                <TextField name="name" label={t("project")} />
                {!editing && <RowField name="client_id" label={t("client")} path="/api/clients" />}
              </>
            )}
          />
        </div>
      </SideBySide>
    </PageFrame>
  );
}
