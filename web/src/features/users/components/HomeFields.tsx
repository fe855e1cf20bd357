import { Checkbox, Form, Input, Switch } from "antd";
import { useText } from "@/lib/text";
import { messages } from "@/features/users/messages";

const TELEPHONE = /^\+?[0-9][0-9 ().-]{2,28}$/;

/** Whether somebody may work from an ordinary telephone, and which. The number itself is never shown whole. */
export function HomeFields({ telephone }: { telephone: string }) {
  const t = useText(messages);
  const home = Form.useWatch<boolean | undefined>("works_from_home");
  return (
    <>
      <Form.Item name="works_from_home" label={t("home")} extra={t("homeHint")} valuePropName="checked">
        <Switch data-testid="works-from-home" />
      </Form.Item>
      {home && (
        <Form.Item
          name="new_telephone"
          label={t("telephone")}
          extra={telephone ? t("telephoneKept", { number: telephone }) : t("telephoneNew")}
          rules={[{ pattern: TELEPHONE, message: t("telephoneWrong") }]}
        >
          <Input autoComplete="off" inputMode="tel" data-testid="user-telephone" />
        </Form.Item>
      )}
      {telephone && (
        <Form.Item name="remove_telephone" valuePropName="checked">
          <Checkbox>{t("removeTelephone")}</Checkbox>
        </Form.Item>
      )}
    </>
  );
}
