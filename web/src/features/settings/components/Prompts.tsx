import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Collapse, Form, Input, Select, Spin, Tag, Typography, Upload } from "antd";
import { UploadOutlined } from "@ant-design/icons";
import { useState } from "react";
import { ErrorNotice } from "@/components/ErrorNotice";
import { common } from "@/lib/common-messages";
import { useLabel, useText } from "@/lib/text";
import { putPrompt, settingsQuery, uploadPrompt, type Prompt } from "@/features/settings/api/lines";
import { messages, promptWords } from "@/features/settings/messages";

type Language = "zh" | "en" | "zh+en";

function PromptCard({ prompt }: { prompt: Prompt }) {
  const t = useText(messages);
  const c = useText(common);
  const label = useLabel();
  const client = useQueryClient();
  const { message } = App.useApp();
  // The address of the sound stays the same: a counter makes the browser fetch the new one.
  const [version, setVersion] = useState(0);
  const fresh = (text: string) => {
    setVersion((before) => before + 1);
    void client.invalidateQueries({ queryKey: ["settings", "/api/prompts"] });
    void message.success(text);
  };
  const fail = (error: Error) => void message.error(error.message);
  const save = useMutation({
    mutationFn: (values: { zh: string; en: string; language: Language }) => putPrompt(prompt.key, values),
    onSuccess: () => fresh(t("promptSaved")),
    onError: fail,
  });
  const upload = useMutation({
    mutationFn: (file: File) => uploadPrompt(prompt.key, file),
    onSuccess: () => fresh(t("uploadedDone")),
    onError: fail,
  });
  return (
    <Card
      title={prompt.piece ? `${prompt.zh} / ${prompt.en}` : label(promptWords, prompt.key)}
      extra={
        <Tag color={prompt.uploaded ? "purple" : prompt.ready ? "blue" : "default"}>
          {t(prompt.uploaded ? "uploaded" : prompt.ready ? "spoken" : "notReady")}
        </Tag>
      }
      data-testid={`prompt-${prompt.key}`}
    >
      {prompt.ready && (
        <audio
          key={version}
          controls
          preload="none"
          src={`/api/prompts/${prompt.key}/audio?v=${version}`}
          style={{ width: "100%", height: 36, marginBottom: 12 }}
        />
      )}
      <Form layout="vertical" initialValues={prompt} onFinish={(values) => save.mutate(values)}>
        <Form.Item name="zh" label={t("zh")}>
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={500} />
        </Form.Item>
        <Form.Item name="en" label={t("en")}>
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={500} />
        </Form.Item>
        <div className="row wrap">
          <Form.Item name="language" noStyle>
            <Select<Language>
              options={(["zh", "en", "zh+en"] as const).map((value) => ({ value, label: t(`language_${value}`) }))}
              style={{ width: 130 }}
            />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {c("save")}
          </Button>
          <Upload
            accept="audio/*,.wav,.flac,.ogg,.mp3"
            showUploadList={false}
            beforeUpload={(file) => (upload.mutate(file), false)}
          >
            <Button icon={<UploadOutlined />} loading={upload.isPending}>
              {t("upload")}
            </Button>
          </Upload>
        </div>
      </Form>
    </Card>
  );
}

/** What callers hear: listen, change the text (read out by a voice), or upload a recording. */
export function Prompts() {
  const t = useText(messages);
  const { data, error, isPending, refetch } = useQuery(settingsQuery<Prompt>("/api/prompts"));
  if (isPending) return <Spin />;
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  const cards = (prompts: readonly Prompt[]) => (
    <div style={{ display: "grid", gap: 16, gridTemplateColumns: "repeat(auto-fill, minmax(380px, 1fr))" }}>
      {prompts.map((prompt) => (
        <PromptCard key={prompt.key} prompt={prompt} />
      ))}
    </div>
  );
  const pieces = data.items.filter((prompt) => prompt.piece);
  return (
    <div className="stack">
      {cards(data.items.filter((prompt) => !prompt.piece))}
      <Collapse
        items={[
          {
            key: "pieces",
            label: t("pieces", { count: pieces.length }),
            children: (
              <>
                <Typography.Paragraph type="secondary">{t("piecesHint")}</Typography.Paragraph>
                {cards(pieces)}
              </>
            ),
          },
        ]}
      />
    </div>
  );
}
