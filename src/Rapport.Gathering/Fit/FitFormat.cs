namespace Rapport.Gathering;

/// <summary>
/// FIT files of watches, bicycle computers, scales and blood pressure cuffs, one or several behind each other. Source: Garmin's public FIT protocol and
/// profile.
/// </summary>
internal sealed class FitFormat : ISourceFormat
{
    public string Name => "fit";

    public bool Recognises(SourceHead head) => FitFile.IsStart(head.Bytes.Span);

    public void Read(SourceContent content, Harvest harvest, CancellationToken cancel)
    {
        if (content.Length > harvest.Limits.MaxBytes)
        {
            harvest.Refuse("too-long", "", $"the file has {content.Length} bytes, at most {harvest.Limits.MaxBytes} are read");
            return;
        }

        var bytes = content.ReadAll(harvest.Limits.MaxBytes);
        List<FitDamage> damages = [];
        var files = FitFile.Split(bytes, damages);
        if (files.Count == 0)
        {
            harvest.Refuse("structure", "byte 0", "the header of this FIT file makes no sense");
            return;
        }

        FitOutline[] outlines = [.. files.Select(file => FitReading.Read(file, harvest, damages, cancel))];
        harvest.Advance(bytes.Length);
        foreach (var damage in damages)
        {
            harvest.Damaged($"byte {damage.At}", damage.Text);
        }

        KeepPlaces(harvest, bytes, content.Name, outlines);
        RefuseWithout(harvest, outlines);
    }

    private static void KeepPlaces(Harvest harvest, byte[] bytes, string name, FitOutline[] outlines)
    {
        if (Array.Find(outlines, outline => outline.HasPlaces) is { } first)
        {
            FitOriginal.Keep(harvest, bytes, name, first.Start is { } start ? FitTime.Fhir(start, first.Offset ?? 0) : null);
        }
    }

    private static void RefuseWithout(Harvest harvest, FitOutline[] outlines)
    {
        if (Array.Find(outlines, outline => outline.People > 1) is { } shared)
        {
            harvest.Refuse("conflict", "", $"this file has measurements of {shared.People} people and does not say which of them the patient is: let the device write a file of one");
        }
        else if (harvest is { Entries.Count: 0, Series.Count: 0, Damages.Count: 0 } && harvest.NotTaken.Any(left => left is { What: "record", Why: Records.NotTakenReason.NoTime }))
        {
            harvest.Refuse("not-found", "", "nothing in this FIT file has a date: the device only counted the seconds since it was switched on");
        }
        else if (harvest is { Entries.Count: 0, Series.Count: 0, Damages.Count: 0 })
        {
            harvest.Refuse("not-found", "", $"this FIT file is of the kind `{FitNames.FileType(outlines[0].Type)}`: it has no measurement with a date");
        }
    }
}
