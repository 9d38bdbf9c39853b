using System.Text;

namespace Rapport.Fhir;

/// <summary>
/// Which entry of a bundle a reference in it means: by fullUrl (<c>urn:uuid:…</c> or a URL), by a relative <c>Type/id</c> under the same base,
/// by a conditional <c>Type?identifier=…</c>, each with or without a version (FHIR R4, Bundle, 2.36.4.1, and Transactions, 3.1.0.11.2).
/// Immutable, thread safe.
/// </summary>
public sealed class BundleReferences
{
    private const int None = -1;
    private const int Several = -2;

    private readonly BundleReader bundle;
    private readonly Dictionary<string, int> byUrl;
    private readonly Dictionary<string, int> byTypeAndId;
    private readonly Dictionary<string, int> byCondition;
    private readonly string?[] bases;

    private BundleReferences(BundleReader bundle)
    {
        this.bundle = bundle;
        byUrl = new(bundle.Entries.Count);
        byTypeAndId = new(bundle.Entries.Count);
        byCondition = [];
        bases = new string?[bundle.Entries.Count];
        var issues = new List<CheckIssue>();
        foreach (var entry in bundle.Entries)
        {
            Register(entry, issues);
        }

        foreach (var entry in bundle.Entries)
        {
            CheckReferences(entry, issues);
        }

        Issues = issues;
    }

    /// <summary>
    /// Errors: references that mean several entries, <c>urn:uuid:</c> and <c>urn:oid:</c> references of a transaction that mean none, and full URLs
    /// used twice. Warnings: conditional references that no entry meets. Other references that mean no entry are legal and not listed.
    /// </summary>
    public IReadOnlyList<CheckIssue> Issues { get; }

    /// <summary>Looks at every entry and every reference of the bundle.</summary>
    public static BundleReferences Of(BundleReader bundle) => new(bundle);

    /// <summary>The index of the entry that a reference standing in entry <paramref name="from"/> means; -1 when it means none of this bundle, or several.</summary>
    /// <param name="from">The index of the entry that the reference stands in.</param>
    /// <param name="reference">The reference, unescaped UTF-8.</param>
    public int Resolve(int from, ReadOnlySpan<byte> reference) => Math.Max(None, Find(from, reference));

    private void Register(BundleEntry entry, List<CheckIssue> issues)
    {
        if (entry.Resource is not { } resource)
        {
            return;
        }

        var id = resource.TryGetChild(FhirNames.Id, out var idElement) ? idElement.GetString() : null;
        if (id is not null)
        {
            Put(byTypeAndId, $"{resource.TypeName}/{id}", entry.Index);
        }

        if (entry.FullUrl is not { } url)
        {
            // Without a fullUrl, a PUT says where the resource will be.
            if (entry.Request is { Method: "PUT" } request && request.Url != $"{resource.TypeName}/{id}")
            {
                Put(byTypeAndId, request.Url, entry.Index);
            }

            return;
        }

        if (!byUrl.TryAdd(url, entry.Index) && bundle.Type != BundleType.History && !IsOtherVersion(byUrl[url], resource))
        {
            byUrl[url] = Several;
            issues.Add(new(IssueSeverity.Error, "duplicate", $"{entry.Location}.fullUrl", $"two entries have the full URL `{url}`"));
        }

        if (id is not null && url.EndsWith($"/{resource.TypeName}/{id}", StringComparison.Ordinal))
        {
            bases[entry.Index] = url[..^(resource.TypeName.Length + id.Length + 1)];
        }
    }

    private bool IsOtherVersion(int index, Element resource) =>
        index >= 0 && VersionOf(bundle.Entries[index].Resource!.Value) is { } first && VersionOf(resource) is { } second && first != second;

    private static string? VersionOf(Element resource) =>
        resource.TryGetChild("meta", out var meta) && meta.TryGetChild("versionId", out var version) ? version.GetString() : null;

    private static void Put(Dictionary<string, int> map, string key, int index)
    {
        if (!map.TryAdd(key, index))
        {
            map[key] = Several;
        }
    }

    private void CheckReferences(BundleEntry entry, List<CheckIssue> issues)
    {
        if (entry.Resource is not { } resource)
        {
            return;
        }

        // The tape lists everything in the resource one after the other.
        var owner = resource.Owning;
        for (var i = resource.Index + 1; i < resource.Node.End; i++)
        {
            if (owner.NodeAt(i).Name == FhirNames.Reference && owner.NodeAt(i).Kind == NodeKind.String)
            {
                CheckReference(entry, new Element(owner, i), issues);
            }
        }
    }

    private void CheckReference(BundleEntry entry, Element reference, List<CheckIssue> issues)
    {
        var utf8 = SearchValueReader.TextOf(reference);
        var condition = ConditionOf(utf8);
        if (condition is not null && !byCondition.ContainsKey(condition))
        {
            byCondition.Add(condition, Meeting(condition));
        }

        var found = Find(entry.Index, utf8);
        if (found == Several)
        {
            issues.Add(new(IssueSeverity.Error, "multiple-matches", reference.Location, $"`{reference.GetString()}` means several entries of the bundle"));
        }
        else if (found == None && condition is not null)
        {
            issues.Add(new(IssueSeverity.Warning, "not-found", reference.Location, $"no entry of the bundle meets `{condition}`"));
        }
        else if (found == None && bundle.Type == BundleType.Transaction && (utf8.StartsWith("urn:uuid:"u8) || utf8.StartsWith("urn:oid:"u8)))
        {
            issues.Add(new(
                IssueSeverity.Error, "not-found", reference.Location,
                $"`{reference.GetString()}` is no entry of the bundle: add the resource, or refer to it by a URL"));
        }
    }

    /// <summary>The reference as a conditional one, <c>Type?query</c>; null when it is none.</summary>
    private static string? ConditionOf(ReadOnlySpan<byte> reference)
    {
        var question = reference.IndexOf((byte)'?');
        return question > 0 && reference[..question].IndexOfAny((byte)'/', (byte)':') < 0 ? Encoding.UTF8.GetString(reference) : null;
    }

    /// <summary>The entry that meets a condition, or <see cref="None"/> or <see cref="Several"/>.</summary>
    private int Meeting(string condition)
    {
        var question = condition.IndexOf('?');
        var query = SearchQuery.Parse(condition[..question], SearchQuery.SplitUrlQuery(condition[(question + 1)..]));
        if (!query.IsValid || query.Query.Criteria.Count == 0)
        {
            return None;
        }

        var found = None;
        foreach (var entry in bundle.Entries)
        {
            if (entry.Resource is { } resource && SearchMatcher.Matches(query.Query, resource))
            {
                found = found == None ? entry.Index : Several;
            }
        }

        return found;
    }

    private int Find(int from, ReadOnlySpan<byte> reference)
    {
        if (reference.IsEmpty || reference[0] == '#' || reference.Length > 2048)
        {
            return None;
        }

        Span<char> buffer = stackalloc char[reference.Length];
        ReadOnlySpan<char> text = buffer[..Encoding.UTF8.GetChars(reference, buffer)];
        if (Look(byUrl, text) is var exact and not None)
        {
            return exact;
        }

        if (text.Contains('?'))
        {
            return Look(byCondition, text);
        }

        var history = text.IndexOf("/_history/", StringComparison.Ordinal);
        text = history < 0 ? text : text[..history];
        if (text.Contains(':'))
        {
            return history < 0 ? None : Look(byUrl, text);
        }

        return bases[from] is { } root && Look(byUrl, string.Concat(root, text)) is var sibling and not None ? sibling : Look(byTypeAndId, text);
    }

    private static int Look(Dictionary<string, int> map, ReadOnlySpan<char> key) =>
        map.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var index) ? index : None;
}
