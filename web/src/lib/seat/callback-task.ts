/** Somebody to call back who is on this desk now. */
export interface CallbackTask {
  task: string;
  number: string;
  queue_name: string | null;
  line_name: string | null;
  reason: string;
  mode: "preview" | "progressive";
  kept_place: boolean;
  attempts: number;
  created_at: string | number | null;
  expires_in: number;
}
