import { useQuery } from "@tanstack/react-query";
import { Cascader, Input } from "antd";
import { useMemo } from "react";
import { useText } from "@/lib/text";
import { regionsQuery, type AddressValues, type Region } from "@/features/orders/api/entry";
import { emptyAddress, type EntryForm } from "@/features/orders/entry-form";
import { entryMessages } from "@/features/orders/entry-messages";
import styles from "./Entry.module.css";

interface Option {
  value: string;
  label: string;
  children?: Option[];
}

function options(regions: Region[]): Option[] {
  return regions.map(({ name, parts }) => ({
    value: name,
    label: name,
    ...(parts.length > 0 && { children: options(parts) }),
  }));
}

interface Props {
  form: EntryForm;
  known: AddressValues[];
  /** Recipient and number of the caller, for a new address. */
  caller: { name: string; number: string };
  onForm: (form: EntryForm) => void;
}

/** Where the parcel goes: a known address by one click, or a new one. */
export function EntryAddress({ form, known, caller, onForm }: Props) {
  const t = useText(entryMessages);
  const { data: regions, isPending } = useQuery(regionsQuery);
  const choices = useMemo(() => options(regions ?? []), [regions]);
  const { address } = form;
  const set = (change: Partial<AddressValues>) => onForm({ ...form, known: null, address: { ...address, ...change } });
  const region = [address.province, address.city, address.district].filter(Boolean);
  return (
    <div className={styles.grid}>
      {known.length > 0 && (
        <div className={`${styles.wide} ${styles.known}`}>
          {known.map((one, index) => (
            <button
              key={index}
              type="button"
              className={styles.address}
              aria-pressed={form.known === index}
              data-testid="known-address"
              onClick={() => onForm({ ...form, known: index, address: { ...emptyAddress, ...one } })}
            >
              <b>{one.recipient}</b> {one.city === one.province ? one.city : `${one.province}${one.city}`}
              {one.district}
              {one.street}
            </button>
          ))}
          <button
            type="button"
            className={styles.address}
            aria-pressed={form.known === null}
            onClick={() =>
              onForm({
                ...form,
                known: null,
                address: { ...emptyAddress, recipient: caller.name, phone: caller.number },
              })
            }
          >
            + {t("newAddress")}
          </button>
        </div>
      )}
      <label>
        <span className={styles.label}>{t("recipient")}</span>
        <Input
          value={address.recipient}
          maxLength={40}
          onChange={(event) => set({ recipient: event.target.value })}
          data-testid="recipient"
        />
      </label>
      <label>
        <span className={styles.label}>{t("phone")}</span>
        <Input
          value={address.phone}
          maxLength={40}
          onChange={(event) => set({ phone: event.target.value })}
          data-testid="recipient-phone"
        />
      </label>
      <div className={styles.wide}>
        <span className={styles.label}>{t("region")}</span>
        <Cascader<Option>
          options={choices}
          value={region}
          loading={isPending}
          showSearch
          style={{ width: "100%" }}
          onChange={(value) => {
            const [province = "", city = "", district = ""] = (value ?? []) as string[];
            set({ province, city, district });
          }}
          data-testid="region"
        />
      </div>
      <label className={styles.wide}>
        <span className={styles.label}>{t("street")}</span>
        <Input
          value={address.street}
          maxLength={200}
          placeholder={t("streetHint")}
          onChange={(event) => set({ street: event.target.value })}
          data-testid="street"
        />
      </label>
    </div>
  );
}
