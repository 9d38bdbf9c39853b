namespace Rapport.Fhir;

/// <summary>Gives the text that replaces a reference, or <see langword="null"/> to keep it as it is.</summary>
/// <param name="utf8">The reference as it stands in the resource, unescaped: a relative or absolute URL, <c>urn:uuid:…</c>, a canonical.</param>
public delegate string? ReferenceMap(ReadOnlySpan<byte> utf8);

/// <summary>What <see cref="ResourceRewriter.Rewrite"/> changes; whatever is not set stays as it is.</summary>
public readonly record struct RewriteOptions
{
    /// <summary>The id to set.</summary>
    public string? Id { get; init; }

    /// <summary>The <c>meta.versionId</c> to set.</summary>
    public string? VersionId { get; init; }

    /// <summary>The <c>meta.lastUpdated</c> to set; written in UTC with milliseconds.</summary>
    public DateTimeOffset? LastUpdated { get; init; }

    /// <summary>Asked for every <c>Reference.reference</c>, every element of type uri, url, canonical, oid or uuid that
    /// may lead somewhere (not for a <c>system</c>, a <c>meta.profile</c> or an extension's <c>url</c>), and every <c>href</c> and <c>src</c> in
    /// the narrative.</summary>
    public ReferenceMap? MapReference { get; init; }

    /// <summary>The JSON name of a primitive property to leave out.</summary>
    public string? Without { get; init; }

    /// <summary>Identifiers to append.</summary>
    public IReadOnlyList<AddedIdentifier>? Identifiers { get; init; }

    /// <summary>Codings to append to <c>meta.security</c>, as they stand in another resource.</summary>
    public IReadOnlyList<Element>? SecurityLabels { get; init; }

    /// <summary>The codings, each as JSON, that take the place of all in <c>meta.security</c>; none leaves the property out. Null leaves what is there.</summary>
    public IReadOnlyList<string>? OnlySecurityLabels { get; init; }
}

/// <summary>An identifier to append to a resource.</summary>
public readonly record struct AddedIdentifier(string System, string Value);
