namespace Rapport.Fhir;

/// <summary>
/// Which entry of a bundle a reference in it means: by fullUrl (<c>urn:uuid:…</c> or a URL), by a relative <c>Type/id</c> under the same base,
/// by a conditional <c>Type?identifier=…</c>, each with or without a version. Immutable, thread safe.
/// </summary>
public sealed class BundleReferences
{
    private BundleReferences(IReadOnlyList<CheckIssue> issues) => Issues = issues;

    /// <summary>References that mean no entry or several where exactly one is needed, and full URLs used twice.</summary>
    public IReadOnlyList<CheckIssue> Issues { get; }

    /// <summary>Looks at every entry and every reference of the bundle.</summary>
    public static BundleReferences Of(BundleReader bundle) => new([]);

    /// <summary>The index of the entry that a reference standing in entry <paramref name="from"/> means; -1 when it means none in this bundle.</summary>
    public int Resolve(int from, ReadOnlySpan<byte> reference) => -1;
}
