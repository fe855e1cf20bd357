import { renderRecording } from "@/app/pages/recording";
import { OrderList, ReturnedOrders } from "@/features/orders/components/OrderList";

export function OrdersPage() {
  return <OrderList renderRecording={renderRecording} />;
}

export function ReturnedPage() {
  return <ReturnedOrders renderRecording={renderRecording} />;
}
