using System.Text;

namespace Rapport.Fhir;

/// <summary>
/// One condition of a query on one parameter. An entry meets it when any of its values of the parameter matches; <see cref="Negated"/> turns that
/// around, so that an entry without any value meets it too. All are immutable, thread safe and pure.
/// </summary>
public abstract class SearchCriterion
{
    private protected SearchCriterion(SearchParameter parameter) => Parameter = parameter;

    public SearchParameter Parameter { get; }

    /// <summary>Whether the criterion is met by the entries that no value makes match (<c>:not</c>).</summary>
    public virtual bool Negated => false;
}

/// <summary>
/// <c>:missing</c>: met by entries without any value of the parameter when <see cref="Missing"/>, else by those with one.
/// </summary>
public sealed class MissingCriterion : SearchCriterion
{
    internal MissingCriterion(SearchParameter parameter, bool missing)
        : base(parameter) => Missing = missing;

    public bool Missing { get; }
}

/// <summary>
/// A token of a query. <see cref="System"/> null: any system; empty: no system. <see cref="Code"/> null: any code of the system.
/// </summary>
public readonly record struct TokenValue(string? System, string? Code);

/// <summary>
/// Coded values. Codes are compared without regard to ASCII case, except the resource id and identifiers' values, since
/// missing what is there is worse than finding a little more (FHIR R4, Search, 3.1.1.4.10); systems are compared exactly.
/// </summary>
public sealed class TokenCriterion : SearchCriterion
{
    private readonly Utf8Token[] utf8;

    internal TokenCriterion(SearchParameter parameter, IReadOnlyList<TokenValue> values, bool negated)
        : base(parameter)
    {
        Values = values;
        Negated = negated;
        IsCaseSensitive = parameter.Code is "_id" or "identifier";
        utf8 = [.. values.Select(v => new Utf8Token(Bytes(v.System), Bytes(v.Code)))];
    }

    public IReadOnlyList<TokenValue> Values { get; }

    public override bool Negated { get; }

    /// <summary>Whether codes of this parameter differ by case.</summary>
    public bool IsCaseSensitive { get; }

    /// <summary>Whether one extracted token is among those asked for; <see cref="Negated"/> is left to the caller.</summary>
    public bool Matches(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code)
    {
        foreach (var value in utf8)
        {
            if ((value.System is null || system.SequenceEqual(value.System)) && (value.Code is null || CodeMatches(code, value.Code)))
            {
                return true;
            }
        }

        return false;
    }

    // Only ASCII has case here: a code beyond it is compared as it is.
    private bool CodeMatches(ReadOnlySpan<byte> code, byte[] wanted) =>
        code.SequenceEqual(wanted) || (!IsCaseSensitive && Ascii.EqualsIgnoreCase(code, wanted));

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    private readonly record struct Utf8Token(byte[]? System, byte[]? Code);
}

/// <summary>A URI of a query and how it is compared.</summary>
public enum UriMatch : byte
{
    Exact,

    /// <summary><c>:below</c>: the stored URI is this one or a longer path under it.</summary>
    Below,

    /// <summary><c>:above</c>: the stored URI is this one or a shorter path over it.</summary>
    Above,
}

/// <summary>URIs, compared byte for byte.</summary>
public sealed class UriCriterion : SearchCriterion
{
    private readonly byte[][] utf8;

    internal UriCriterion(SearchParameter parameter, IReadOnlyList<string> values, UriMatch match)
        : base(parameter)
    {
        Values = values;
        Match = match;
        utf8 = [.. values.Select(Encoding.UTF8.GetBytes)];
    }

    public IReadOnlyList<string> Values { get; }

    public UriMatch Match { get; }

    public bool Matches(ReadOnlySpan<byte> uri)
    {
        foreach (var value in utf8)
        {
            if (Match switch
            {
                UriMatch.Below => IsUnder(uri, value),
                UriMatch.Above => IsUnder(value, uri),
                _ => uri.SequenceEqual(value),
            })
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsUnder(ReadOnlySpan<byte> longer, ReadOnlySpan<byte> root) =>
        longer.StartsWith(root) && (longer.Length == root.Length || root is [.., (byte)'/'] || longer[root.Length] == '/');
}
