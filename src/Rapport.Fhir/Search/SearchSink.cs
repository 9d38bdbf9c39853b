namespace Rapport.Fhir;

/// <summary>
/// Receives the search values of one resource from <see cref="SearchIndexer.Extract(Resource, SearchSink)"/>. Spans are unescaped UTF-8, valid only
/// during the call; an empty span stands for an absent part. One value may be reported more than once.
/// </summary>
public abstract class SearchSink
{
    /// <summary>
    /// A coded value. <paramref name="system"/> is empty for a value without a system and for primitive codes, booleans, ids and strings.
    /// </summary>
    public abstract void Token(SearchParameter parameter, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code);

    /// <summary>
    /// A reference as it stands in the resource: <c>Patient/1</c>, an absolute URL, <c>urn:uuid:…</c>, <c>#contained</c>, or a canonical.
    /// </summary>
    public abstract void Reference(SearchParameter parameter, ReadOnlySpan<byte> reference);

    /// <summary>
    /// A point or span of time in Unix milliseconds, UTC: low inclusive, high exclusive. An open end is <see cref="long.MinValue"/> or <see
    /// cref="long.MaxValue"/>.
    /// </summary>
    public abstract void Date(SearchParameter parameter, long lowUnixMs, long highUnixMs);

    /// <summary>A text as it stands in the resource: see <see cref="SearchText"/> for how texts are compared.</summary>
    public abstract void String(SearchParameter parameter, ReadOnlySpan<byte> text);

    /// <summary>A quantity. Money has the system <c>urn:iso:std:iso:4217</c>. A range is reported as its two ends.</summary>
    public abstract void Quantity(SearchParameter parameter, decimal value, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code, ReadOnlySpan<byte> unit);

    public abstract void Number(SearchParameter parameter, decimal value);

    public abstract void Uri(SearchParameter parameter, ReadOnlySpan<byte> uri);
}
