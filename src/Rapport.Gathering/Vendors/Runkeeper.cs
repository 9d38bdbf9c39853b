using System.Text.Json;

namespace Rapport.Gathering;

/// <summary>Activities of Runkeeper.</summary>
internal static class Runkeeper
{
    internal static bool Read(VendorReading reading, JsonElement root)
    {
        foreach (var (item, path) in reading.Items(root, "items"))
        {
            var wall = VendorTime.Wall(item.Text("start_time"), "ddd, d MMM yyyy HH:mm:ss");
            var offset = VendorTime.Offset(null, item.Number("utc_offset"));
            var start = wall is { } at && offset is { } ahead ? new VendorTime(new DateTimeOffset(at.At.DateTime, ahead), null) : wall;
            var length = item.Number("duration") is >= 0 and < 10_000_000 and var seconds ? TimeSpan.FromMilliseconds((double)Math.Round(seconds * 1000)) : TimeSpan.Zero;
            reading.Add(
                new VendorEntry
                {
                    Vendor = "Runkeeper", Key = item.Text("uri") ?? item.GetRawText(), Display = "Exercise activity", Loinc = "73985-4", Category = "activity",
                    Start = start, End = start is { } began ? began with { At = began.At + length } : null, Words = item.Text("type"), Device = item.Text("source") ?? "Runkeeper", WasTyped = item.Text("entry_mode") == "Web",
                    Parts = [("Exercise duration", "55411-3", item.Number("duration"), "s"), ("Distance", null, item.Number("total_distance"), "m"), ("Calories burned", "41981-2", item.Number("total_calories"), "kcal")],
                },
                item,
                path);
        }

        return root.ValueKind == JsonValueKind.Object;
    }
}
