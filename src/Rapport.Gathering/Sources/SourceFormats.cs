namespace Rapport.Gathering;

/// <summary>The formats that Rapport reads.</summary>
internal static class SourceFormats
{
    /// <summary>In the order in which they are asked: those with a plain mark of their own first.</summary>
    internal static IReadOnlyList<ISourceFormat> All { get; } = [new FhirFormat(), new HealthCardFormat(), new AppleHealthFormat(), new CcdaFormat(), new FitFormat(), new OmhFormat(), new VendorFormat(), new ZipFormat(), new PaperFormat(), new CsvFormat()];

    /// <summary>The format of a source; null when none knows it.</summary>
    internal static ISourceFormat? Recognise(SourceContent content)
    {
        var head = SourceHead.Of(content);
        return All.FirstOrDefault(format => format.Recognises(head));
    }
}
