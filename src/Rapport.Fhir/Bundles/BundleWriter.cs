using System.Buffers;

namespace Rapport.Fhir;

/// <summary>
/// Writes a bundle in one pass. Call <see cref="Start"/>, then one of the entry methods for each entry, then <see cref="End"/>.
/// Resources are copied as they are. Not thread safe.
/// </summary>
public sealed class BundleWriter(IBufferWriter<byte> output)
{
    private readonly IBufferWriter<byte> output = output;

    /// <summary>Opens the bundle.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="timestamp">When it was made; left out when null.</param>
    /// <param name="total">How many matches there are in all; only for searchset and history, left out when null.</param>
    /// <param name="links">Links such as self, next and previous.</param>
    public void Start(BundleType type, DateTimeOffset? timestamp = null, int? total = null, params ReadOnlySpan<BundleLink> links) => _ = output;

    /// <summary>An entry of a collection, document or message, or one that goes into a transaction.</summary>
    public void Entry(string? fullUrl, ReadOnlySpan<byte> resource, BundleRequest? request = null)
    {
    }

    /// <summary>An entry of a searchset.</summary>
    public void SearchEntry(string? fullUrl, ReadOnlySpan<byte> resource, SearchEntryMode mode)
    {
    }

    /// <summary>An entry of a history or of the response to a transaction or batch.</summary>
    /// <param name="fullUrl">The full URL; left out when null.</param>
    /// <param name="resource">The resource; left out when empty.</param>
    /// <param name="request">The request, which a history needs.</param>
    /// <param name="response">What came of it.</param>
    public void ResponseEntry(string? fullUrl, ReadOnlySpan<byte> resource, BundleRequest? request, in BundleResponse response)
    {
    }

    /// <summary>Closes the bundle.</summary>
    public void End()
    {
    }
}

/// <summary>A link of a bundle: <c>self</c>, <c>next</c>, <c>previous</c>, <c>first</c>, <c>last</c>.</summary>
public readonly record struct BundleLink(string Relation, string Url);

/// <summary>Why an entry is in a searchset.</summary>
public enum SearchEntryMode : byte
{
    Match,
    Include,
    Outcome,
}

/// <summary>What came of one entry.</summary>
/// <param name="Status">The HTTP status: <c>201 Created</c>.</param>
/// <param name="Location">Where the resource is now; left out when null.</param>
/// <param name="ETag">Its version: <c>W/"1"</c>; left out when null.</param>
/// <param name="LastModified">When it changed; left out when null.</param>
/// <param name="Outcome">An OperationOutcome as JSON; left out when empty.</param>
public readonly record struct BundleResponse(
    string Status, string? Location = null, string? ETag = null, DateTimeOffset? LastModified = null, ReadOnlyMemory<byte> Outcome = default);
