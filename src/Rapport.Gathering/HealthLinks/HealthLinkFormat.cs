using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// What came by a SMART Health Link: each file is read as if it came alone, all of them as one source, which names the server that had them. No file that somebody brings is recognised as this, so none can
/// pretend to have come from a server.
/// </summary>
internal sealed class HealthLinkFormat : ISourceFormat
{
    internal const string FormatName = "health-link";

    public string Name => FormatName;

    public bool Recognises(SourceHead head) => false;

    public void Read(SourceContent content, Harvest harvest, CancellationToken cancel)
    {
        var link = OpenedLink.Read(content.ReadAll(harvest.Limits.MaxBytes));
        (harvest.Link, harvest.RepeatsPatient) = (new LinkReport(link.Host, link.MayChange), true);
        foreach (var type in link.Left)
        {
            harvest.Skip(type, LinkFile.Bare(type) == LinkFile.Access ? NotTakenReason.AccessElsewhere : NotTakenReason.UnknownKind, link.Host);
        }

        foreach (var (index, file) in link.Files.Index())
        {
            cancel.ThrowIfCancellationRequested();
            harvest.File = $"SMART Health Link of {link.Host}, file {index + 1}";
            Read(file, harvest, cancel);
        }

        harvest.File = null;
    }

    private static void Read(OpenedFile file, Harvest harvest, CancellationToken cancel)
    {
        var content = SourceContent.Of("file", file.Bytes);
        switch (file.ContentType is { } type ? LinkFile.Bare(type) : null)
        {
            case LinkFile.Cards:
                harvest.ReadPart(new HealthCardFormat(), content, cancel);
                break;
            case LinkFile.Fhir:
                harvest.ReadPart(new FhirFormat(), content, cancel);
                break;
            case null when SourceFormats.Recognise(content) is { } format and (FhirFormat or HealthCardFormat):
                harvest.ReadPart(format, content, cancel);
                break;
            default:
                harvest.Skip(file.ContentType ?? "?", NotTakenReason.UnknownKind, "");
                harvest.Advance(content.Length);
                break;
        }
    }
}
