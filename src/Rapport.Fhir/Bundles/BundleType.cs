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
