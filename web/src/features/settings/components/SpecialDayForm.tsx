import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, DatePicker, Form, Input, Modal, Segmented, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";
import { settingsQuery, type Hotline } from "@/features/settings/api/lines";
import { putSpecialDays, type SpecialDay } from "@/features/settings/api/special-days";
import { specialMessages } from "@/features/settings/special-messages";
import { DAYS, longDays } from "@/features/settings/weekdays";
import { SpanPicker, type Span } from "./SpanPicker";

interface Values {
  days: [Dayjs, Dayjs];
  hotlines?: string[];
  kind: SpecialDay["kind"];
  name?: string;
  open?: "closed" | "partly";
  span?: Span;
  like_weekday?: number;
}

const MOST = 366;

function toDays({ days, hotlines, kind, name, open, span, like_weekday }: Values): SpecialDay[] {
  const count = days[1].diff(days[0], "day") + 1;
  const scopes = hotlines?.length ? hotlines : [null];
  return Array.from({ length: count }, (_, index) => days[0].add(index, "day").format("YYYY-MM-DD")).flatMap((day) =>
    scopes.map((hotline_id) => ({
      day,
      hotline_id,
      kind,
      name: name?.trim() ?? "",
      like_weekday: (kind === "make_up" ? like_weekday : 0) ?? 0,
      spans: kind === "holiday" && open === "partly" && span ? [span] : [],
    })),
  );
}

function fromDay({ day, hotline_id, kind, name, like_weekday, spans }: SpecialDay): Values {
  const span = spans[0] as Span | undefined;
  return {
    days: [dayjs(day), dayjs(day)],
    hotlines: hotline_id ? [hotline_id] : [],
    kind,
    name,
    like_weekday,
    open: span ? "partly" : "closed",
    span: span ?? ["09:00", "12:00"],
  };
}

/** Adds special days (one or a stretch of them), or changes one. */
export function SpecialDayForm({
  editing,
  onClose,
  onSaved,
}: {
  editing: SpecialDay | null;
  onClose: () => void;
  onSaved: (days: SpecialDay[]) => void;
}) {
  const t = useText(specialMessages);
  const c = useText(common);
  const weekday = useText(longDays);
  const [form] = Form.useForm<Values>();
  const kind = Form.useWatch("kind", form);
  const open = Form.useWatch("open", form);
  const { data: hotlines } = useQuery(settingsQuery<Hotline>("/api/hotlines"));
  const save = useMutation({
    mutationFn: (values: Values) => putSpecialDays(toDays(values)),
    onSuccess: (saved) => onSaved(saved.items),
  });
  const initial: Partial<Values> = editing
    ? fromDay(editing)
    : { kind: "holiday", open: "closed", span: ["09:00", "12:00"], like_weekday: 0, hotlines: [] };
  return (
    <Modal
      open
      title={editing ? t("editOf", { day: editing.day }) : t("add")}
      okText={c("save")}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={save.isPending}
    >
      {save.error && (
        <Alert type="error" showIcon title={save.error.message} style={{ marginBottom: 12 }} data-testid="form-error" />
      )}
      <Form<Values> form={form} layout="vertical" initialValues={initial} onFinish={(values) => save.mutate(values)}>
        <Form.Item
          name="days"
          label={t("days")}
          rules={[
            { required: true, message: c("required") },
            {
              validator: (_, days?: [Dayjs, Dayjs]) =>
                days && days[1].diff(days[0], "day") >= MOST
                  ? Promise.reject(new Error(t("tooMany", { n: MOST })))
                  : Promise.resolve(),
            },
          ]}
        >
          <DatePicker.RangePicker disabled={!!editing} style={{ width: "100%" }} data-testid="special-days" />
        </Form.Item>
        <Form.Item name="kind" label={t("kind")}>
          <Segmented
            options={(["holiday", "make_up"] as const).map((value) => ({ value, label: t(value) }))}
            data-testid="special-kind"
          />
        </Form.Item>
        <Form.Item name="name" label={t("name")}>
          <Input maxLength={60} placeholder={t("namePlaceholder")} data-testid="special-name" />
        </Form.Item>
        {kind === "make_up" ? (
          <Form.Item name="like_weekday" label={t("likeLabel")}>
            <Select options={DAYS.map((day, value) => ({ value, label: weekday(day) }))} data-testid="special-like" />
          </Form.Item>
        ) : (
          <Form.Item label={t("hours")}>
            <div className="row wrap">
              <Form.Item name="open" noStyle>
                <Segmented options={(["closed", "partly"] as const).map((value) => ({ value, label: t(value) }))} />
              </Form.Item>
              {open === "partly" && (
                <Form.Item name="span" noStyle>
                  <SpanPicker />
                </Form.Item>
              )}
            </div>
          </Form.Item>
        )}
        <Form.Item name="hotlines" label={t("scope")} extra={editing ? t("scopeHint") : t("everyHint")}>
          <Select
            mode="multiple"
            allowClear
            disabled={!!editing}
            placeholder={t("everyHotline")}
            showSearch={{ optionFilterProp: "label" }}
            options={(hotlines?.items ?? []).map(({ id, name, number }) => ({ value: id, label: `${name} ${number}` }))}
            data-testid="special-hotlines"
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
