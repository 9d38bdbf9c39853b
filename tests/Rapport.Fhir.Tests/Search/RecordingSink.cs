using System.Text;

namespace Rapport.Fhir.Tests;

/// <summary>Writes down every value it is told, one line each.</summary>
internal sealed class RecordingSink : SearchSink
{
    public List<string> Lines { get; } = [];

    public static List<string> Of(Element resource)
    {
        var sink = new RecordingSink();
        SearchIndexer.Extract(resource, sink);
        return sink.Lines;
    }

    public override void Token(SearchParameter parameter, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code) =>
        Lines.Add($"{parameter.Code} token {Text(system)}|{Text(code)}");

    public override void Reference(SearchParameter parameter, ReadOnlySpan<byte> reference) => Lines.Add($"{parameter.Code} reference {Text(reference)}");

    public override void Date(SearchParameter parameter, long lowUnixMs, long highUnixMs) =>
        Lines.Add($"{parameter.Code} date {Instant(lowUnixMs)}..{Instant(highUnixMs)}");

    public override void String(SearchParameter parameter, ReadOnlySpan<byte> text) => Lines.Add($"{parameter.Code} string {Text(text)}");

    public override void Quantity(
        SearchParameter parameter, decimal value, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code, ReadOnlySpan<byte> unit) =>
        Lines.Add($"{parameter.Code} quantity {value} {Text(system)}|{Text(code)}|{Text(unit)}");

    public override void Number(SearchParameter parameter, decimal value) => Lines.Add($"{parameter.Code} number {value}");

    public override void Uri(SearchParameter parameter, ReadOnlySpan<byte> uri) => Lines.Add($"{parameter.Code} uri {Text(uri)}");

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    private static string Instant(long ms) => ms switch
    {
        long.MinValue => "*",
        long.MaxValue => "*",
        _ => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff").Replace("T00:00:00.000", "", StringComparison.Ordinal),
    };
}
