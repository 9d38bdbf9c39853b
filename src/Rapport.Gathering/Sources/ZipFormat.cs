using Rapport.Data;

namespace Rapport.Gathering;

/// <summary>A zip of files of the other formats: each is read as if it came alone, all of them as one source.</summary>
internal sealed class ZipFormat : ISourceFormat
{
    private const int MostUnpacked = 512 * 1024 * 1024;

    public string Name => "zip";

    public bool Recognises(SourceHead head) => head.IsZip;

    public void Read(SourceContent content, Harvest harvest, CancellationToken cancel)
    {
        using var stream = content.Open();
        using var zip = SafeZip.Open(stream);
        long unpacked = 0;
        var known = 0;
        foreach (var entry in zip.Entries)
        {
            cancel.ThrowIfCancellationRequested();
            if (IsNothing(entry.FullName))
            {
                continue;
            }

            harvest.File = entry.FullName;
            if (entry.Length > harvest.Limits.MaxBytes)
            {
                harvest.Skip(Path.GetExtension(entry.FullName), Records.NotTakenReason.TooLarge, entry.FullName);
                continue;
            }

            var bytes = SafeZip.ReadAll(entry, harvest.Limits.MaxBytes);
            unpacked += bytes.Length;
            if (unpacked > MostUnpacked)
            {
                throw TooMuch.Of($"the zip unpacks to more than the {MostUnpacked} bytes that are read: split it");
            }

            var file = SourceContent.Of(Path.GetFileName(entry.FullName), bytes);
            if (SourceFormats.Recognise(file) is not { } format || format is ZipFormat)
            {
                harvest.Skip(Path.GetExtension(entry.FullName) is { Length: > 0 } extension ? extension : entry.Name, Records.NotTakenReason.UnknownKind, "");
                continue;
            }

            known++;
            harvest.ReadPart(format, file, cancel);
        }

        harvest.File = null;
        if (known == 0)
        {
            harvest.Refuse("not-supported", "", "nothing in this zip is of a kind that Rapport reads");
        }
    }

    /// <summary>Folders, and what systems put into zips for themselves.</summary>
    private static bool IsNothing(string name) =>
        name.EndsWith('/') || name.StartsWith("__MACOSX/", StringComparison.Ordinal) || Path.GetFileName(name).StartsWith('.');
}
