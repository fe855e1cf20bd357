import { answer, api } from "@/api/client";

/** Turns the caller of a contact away from now on, until a supervisor has looked. */
export const reportNuisance = (contact_id: string, note: string) =>
  answer(api.POST("/api/caller-rules/nuisance", { body: { contact_id, why: note.trim().slice(0, 200) } }));
