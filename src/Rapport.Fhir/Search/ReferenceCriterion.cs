using System.Text;

namespace Rapport.Fhir;

/// <summary>
/// A reference of a query: a logical id with or without a resource type, or a whole URL (also a canonical, whose version may follow a <c>|</c>).
/// Exactly one of <see cref="Id"/> and <see cref="Url"/> is set.
/// </summary>
public readonly record struct ReferenceValue(string? ResourceType, string? Id, string? Url);

/// <summary>References. A stored version (<c>/_history/2</c>, or <c>|2</c> of a canonical) is ignored unless the query names one.</summary>
public sealed class ReferenceCriterion : SearchCriterion
{
    private readonly (byte[]? Type, byte[]? Id, byte[]? Url)[] utf8;

    internal ReferenceCriterion(SearchParameter parameter, IReadOnlyList<ReferenceValue> values)
        : base(parameter)
    {
        Values = values;
        utf8 = [.. values.Select(v => (Bytes(v.ResourceType), Bytes(v.Id), Bytes(v.Url)))];
    }

    public IReadOnlyList<ReferenceValue> Values { get; }

    /// <summary>Compares a reference as it stands in the resource.</summary>
    public bool Matches(ReadOnlySpan<byte> reference)
    {
        var unversioned = WithoutVersion(reference);
        foreach (var (type, id, url) in utf8)
        {
            if (url is not null ? reference.SequenceEqual(url) || unversioned.SequenceEqual(url) : IsRelative(unversioned, type, id))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the reference is <c>Type/id</c>, with the given type where one is asked for.</summary>
    private static bool IsRelative(ReadOnlySpan<byte> reference, ReadOnlySpan<byte> type, ReadOnlySpan<byte> id)
    {
        var slash = reference.IndexOf((byte)'/');
        return slash > 0
            && reference[(slash + 1)..].SequenceEqual(id)
            && (type.IsEmpty || reference[..slash].SequenceEqual(type));
    }

    private static ReadOnlySpan<byte> WithoutVersion(ReadOnlySpan<byte> reference)
    {
        var history = reference.IndexOf("/_history/"u8);
        if (history >= 0)
        {
            return reference[..history];
        }

        var bar = reference.LastIndexOf((byte)'|');
        return bar >= 0 ? reference[..bar] : reference;
    }

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}
