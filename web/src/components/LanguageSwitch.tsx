import { Button } from "antd";
import { GlobalOutlined } from "@ant-design/icons";
import { useLanguage, type Locale } from "@/lib/text";

/** Changes the language of the pages; `onChange` may also keep it on the server. */
export function LanguageSwitch({ onChange, ...rest }: { onChange?: (locale: Locale) => void; className?: string }) {
  const { locale, setLocale } = useLanguage();
  const other: Locale = locale === "en" ? "zh-CN" : "en";
  return (
    <Button
      {...rest}
      type="text"
      icon={<GlobalOutlined />}
      data-testid="language-switch"
      onClick={() => {
        setLocale(other);
        onChange?.(other);
      }}
    >
      {other === "en" ? "English" : "中文"}
    </Button>
  );
}
