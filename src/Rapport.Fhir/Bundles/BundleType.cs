namespace Rapport.Fhir;

/// <summary>What a bundle is for (FHIR R4, <c>Bundle.type</c>).</summary>
public enum BundleType : byte
{
    Document,
    Message,
    Transaction,
    TransactionResponse,
    Batch,
    BatchResponse,
    History,
    Searchset,
    Collection,
}

/// <summary>The codes of <see cref="BundleType"/>.</summary>
internal static class BundleTypeCodes
{
    private static readonly string[] Codes =
        ["document", "message", "transaction", "transaction-response", "batch", "batch-response", "history", "searchset", "collection"];

    public static string CodeOf(BundleType type) => Codes[(int)type];

    public static BundleType? Find(string? code) => Array.IndexOf(Codes, code) is >= 0 and var index ? (BundleType)index : null;
}
