using System.Text.Json;

namespace Rapport.Gathering;

/// <summary>
/// What the services of makers of wearables give to who asks them for a person's data, and what some of them put into exports: JSON, recognised by the
/// names that only this maker uses. Sources: the public descriptions of the services of Fitbit, Google Fit, iHealth, Withings, Runkeeper and Moves.
/// </summary>
internal sealed class VendorFormat : ISourceFormat
{
    // All names of a row must stand near the beginning.
    private static readonly (string[] Names, Func<VendorReading, JsonElement, bool> Read)[] Vendors =
    [
        (["\"dataSourceId\""], GoogleFit.Read),
        (["DataList\"", "\"RecordCount\""], IHealth.Read),
        (["\"measuregrps\""], Withings.Read),
        (["\"items\"", "\"/fitnessActivities/"], Runkeeper.Read),
        (["\"date\"", "\"summary\"", "\"group\""], Moves.Read),
        (["\"activities-heart"], Fitbit.Read),
        (["\"activities-steps"], Fitbit.Read),
        (["\"activities-"], Fitbit.Read),
        (["\"activities\"", "\"logId\""], Fitbit.Read),
        (["\"activities\"", "\"summary\"", "\"caloriesOut\""], Fitbit.Read),
        (["\"sleep\"", "\"dateOfSleep\""], Fitbit.Read),
        (["\"sleep\"", "\"totalMinutesAsleep\""], Fitbit.Read),
        (["\"weight\"", "\"logId\""], Fitbit.Read),
    ];

    public string Name => "wearable-service";

    private static bool IsEmpty(string text) => text.Length < 100 && Empty.Contains(string.Concat(text.Where(c => !char.IsWhiteSpace(c))));

    // What Fitbit answers where it has nothing for the days that were asked for: nothing else in it says whose it is.
    private static readonly string[] Empty = ["{\"sleep\":[]}", "{\"weight\":[]}", "{\"activities\":[]}"];

    public bool Recognises(SourceHead head) =>
        head.IsJson && (Array.Exists(Vendors, vendor => Array.TrueForAll(vendor.Names, name => head.Start.Contains(name, StringComparison.Ordinal))) || IsEmpty(head.Start));

    public void Read(SourceContent content, Harvest harvest, CancellationToken cancel)
    {
        if (content.Length > harvest.Limits.MaxBytes)
        {
            harvest.Refuse("too-long", "", $"the input has {content.Length} bytes, at most {harvest.Limits.MaxBytes} are read: split it");
            return;
        }

        ReadOnlyMemory<byte> bytes = content.ReadAll(harvest.Limits.MaxBytes);
        using var document = SafeJson.Parse(bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes, out var end);
        harvest.Advance(content.Length);
        if (document is null)
        {
            harvest.Refuse("structure", end > 0 ? $"line {end}" : "", "this is no well-formed JSON: it may be cut off or damaged, or names a property twice");
            return;
        }

        var start = SourceHead.Of(content).Start;
        var reading = new VendorReading(harvest, cancel);
        var vendor = Array.Find(Vendors, vendor => Array.TrueForAll(vendor.Names, name => start.Contains(name, StringComparison.Ordinal)));
        if (!IsEmpty(start) && (vendor.Read is null || !vendor.Read(reading, document.RootElement)))
        {
            harvest.Refuse("not-supported", "", "this is of no service for wearables that Rapport knows");
            return;
        }

        reading.Finish();
    }
}
