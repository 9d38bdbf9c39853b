using Rapport.Data;

namespace Rapport.Gathering;

/// <summary>
/// The export of Apple's Health app: a zip with <c>export.xml</c> (its name is in the language of the phone), routes, electrocardiograms and files from
/// hospitals, or that <c>export.xml</c> alone. Source: the document type inside <c>export.xml</c>, and HealthKit's documentation of its identifiers.
/// </summary>
internal sealed class AppleHealthFormat : ISourceFormat
{
    private const string Root = "HealthData";

    public string Name => "apple-health";

    public bool Recognises(SourceHead head) => IsExport(head.Start) || (head.IsZip && head.AnyZipped(IsXml, IsExport));

    public void Read(SourceContent content, Harvest harvest, CancellationToken cancel)
    {
        var export = new AppleExport(harvest, cancel);
        using var stream = content.Open();
        if (IsZip(content))
        {
            using var zip = SafeZip.Open(stream);
            new AppleZip(zip, export, cancel).Read();
        }
        else
        {
            using var limited = new LimitedStream(stream, harvest.Limits.MaxStreamedBytes, $"the export has more than the {harvest.Limits.MaxStreamedBytes} bytes that are read");
            export.Read(limited);
            NameLacking(export, harvest, hasElectrocardiograms: false, hasClinical: false);
        }
    }

    /// <summary>Whether a file of a zip may be the export, by its name alone.</summary>
    internal static bool IsXml(string name) => name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("__MACOSX/", StringComparison.Ordinal);

    /// <summary>Whether XML that begins so is the export.</summary>
    internal static bool IsExport(string start) =>
        start.StartsWith('<') && (start.Contains($"<!DOCTYPE {Root}", StringComparison.Ordinal) || start.Contains($"<{Root}", StringComparison.Ordinal));

    internal static void NameLacking(AppleExport export, Harvest harvest, bool hasElectrocardiograms, bool hasClinical)
    {
        foreach (var (has, kind) in new[] { (hasElectrocardiograms, "ecg"), (hasClinical, "clinical-records"), (export.Sleep.Any, "sleep"), (export.Workouts.Count > 0, "workouts") })
        {
            if (!has)
            {
                harvest.Lacking(kind);
            }
        }
    }

    private static bool IsZip(SourceContent content)
    {
        using var stream = content.Open();
        Span<byte> start = stackalloc byte[2];
        return stream.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start.SequenceEqual("PK"u8);
    }
}
