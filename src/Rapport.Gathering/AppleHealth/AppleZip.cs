using System.IO.Compression;
using System.Text;
using System.Xml;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>The files of an export's zip: first <c>export.xml</c>, which says what the others are, then those.</summary>
internal sealed class AppleZip(ZipArchive zip, AppleExport export, CancellationToken cancel)
{
    private const int MostFile = 32 * 1024 * 1024;
    private const int Start = 16 * 1024;

    /// <summary>How much of files beside <c>export.xml</c> is kept: they are held until all is written.</summary>
    private const long MostKept = 96L * 1024 * 1024;

    private readonly Harvest _harvest = export.Harvest;
    private readonly ClinicalFiles _clinical = new(export.Clinical, export.Harvest);
    private int _electrocardiograms;
    private long _kept;

    internal void Read()
    {
        foreach (var entry in zip.Entries.Where(entry => AppleHealthFormat.IsXml(entry.FullName)))
        {
            _harvest.File = entry.FullName;
            ReadXml(entry);
        }

        foreach (var entry in zip.Entries.Where(entry => !IsNothing(entry.FullName) && !AppleHealthFormat.IsXml(entry.FullName)))
        {
            cancel.ThrowIfCancellationRequested();
            _harvest.File = entry.FullName;
            ReadFile(entry);
        }

        _harvest.File = null;
        _clinical.Finish();
        AppleHealthFormat.NameLacking(export, _harvest, _electrocardiograms > 0, _clinical.Count + export.Clinical.Count > 0);
    }

    private void ReadXml(ZipArchiveEntry entry)
    {
        var start = StartOf(entry);
        if (AppleHealthFormat.IsExport(start))
        {
            using var xml = SafeZip.Open(entry, _harvest.Limits.MaxStreamedBytes);
            export.Read(xml);
        }
        else if (start.Contains("<ClinicalDocument", StringComparison.Ordinal))
        {
            // The same measurements once more, as a CDA document without the rest.
            _harvest.Skip(entry.Name, NotTakenReason.Repeated, "");
        }
        else
        {
            _harvest.Skip(entry.Name, NotTakenReason.UnknownKind, "");
        }
    }

    private static string StartOf(ZipArchiveEntry entry)
    {
        using var stream = SafeZip.Open(entry, long.MaxValue);
        var bytes = new byte[Start];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return Encoding.UTF8.GetString(bytes.AsSpan(0, read).TrimStart("\uFEFF"u8)).TrimStart();
    }

    private void ReadFile(ZipArchiveEntry entry)
    {
        var kind = Path.GetExtension(entry.Name).ToLowerInvariant();
        if (kind is not (".gpx" or ".csv" or ".json"))
        {
            _harvest.Skip(kind.Length > 0 ? kind : entry.Name, NotTakenReason.UnknownKind, "");
        }
        else if (entry.Length > MostFile || _kept > MostKept)
        {
            _harvest.Skip(kind, NotTakenReason.TooLarge, "");
        }
        else if (Unpack(entry) is { } content)
        {
            ReadFile(entry.FullName, kind, content);
        }
    }

    /// <summary>A file that does not unpack is a damaged part; the rest of the export is not.</summary>
    private byte[]? Unpack(ZipArchiveEntry entry)
    {
        try
        {
            return SafeZip.ReadAll(entry, MostFile);
        }
        catch (InvalidDataException e)
        {
            _harvest.Damaged("", e.Message);
            return null;
        }
    }

    private void ReadFile(string name, string kind, byte[] content)
    {
        _harvest.Advance(content.Length);

        // Routes are kept packed, to about a tenth.
        _kept += kind == ".gpx" ? content.Length / 8 : content.Length;
        switch (kind)
        {
            case ".gpx":
                ReadRoute(name, content);
                break;
            case ".json":
                _clinical.Take(name, content);
                break;
            case var _ when Electrocardiogram.Recognises(content):
                _electrocardiograms++;
                Electrocardiogram.Take(content, name, _harvest);
                break;
            default:
                _harvest.Skip(kind, NotTakenReason.UnknownKind, "");
                break;
        }
    }

    private void ReadRoute(string name, byte[] content)
    {
        IReadOnlyList<RoutePoint> points;
        try
        {
            points = GpxRoute.Read(content);
        }
        catch (XmlException e)
        {
            _harvest.Damaged($"line {e.LineNumber}", "the route is no well-formed XML here: it may be cut off or damaged");
            return;
        }
        catch (InvalidDataException e)
        {
            _harvest.Damaged("", e.Message);
            return;
        }

        GpxRoute.Take(points, content, Path.GetFileName(name), RouteOf(name), _harvest);
    }

    /// <summary>Paths in the export begin at its own folder, whose name differs.</summary>
    private WorkoutRoute? RouteOf(string name)
    {
        var folder = name.IndexOf('/', StringComparison.Ordinal);
        return export.Workouts.Routes.GetValueOrDefault(name) ?? (folder < 0 ? null : export.Workouts.Routes.GetValueOrDefault(name[(folder + 1)..]));
    }

    /// <summary>Folders, and what systems put into zips for themselves.</summary>
    private static bool IsNothing(string name) =>
        name.EndsWith('/') || name.StartsWith("__MACOSX/", StringComparison.Ordinal) || Path.GetFileName(name).StartsWith('.');
}
