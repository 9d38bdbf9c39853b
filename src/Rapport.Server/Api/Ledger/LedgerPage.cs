using System.Text.Json.Serialization;
using Rapport.Ledger;
using Rapport.Records;

namespace Rapport.Server.Api.Ledger;

/// <summary>A page of a ledger.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="Next">Where the older ones are; absent on the last page.</param>
internal sealed record LedgerPage(IReadOnlyList<LedgerEntry> Entries, string? Next);

/// <summary>One entry of a ledger. What was erased is absent: position, time and leaf stay.</summary>
/// <param name="Index">Position, from 0.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Kind">What happened, such as <c>disclosed</c>.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="OnBehalfOf">For whom, when not in their own name.</param>
/// <param name="Purpose">The purpose of use.</param>
/// <param name="Consents">The consents that decided.</param>
/// <param name="EntryCount">How many entries were disclosed or written.</param>
/// <param name="Digest">Salted digest of what was, in hexadecimal.</param>
/// <param name="Note">What else is worth telling.</param>
/// <param name="LeafHash">The leaf in the tree, in hexadecimal.</param>
internal sealed record LedgerEntry(
    long Index, string Time, string? Kind, LedgerActor? Actor, LedgerActor? OnBehalfOf, string? Purpose, IReadOnlyList<string>? Consents,
    int? EntryCount, string? Digest, string? Note, string LeafHash)
{
    public static LedgerEntry Of(LedgerRow row) => new(
        row.Index,
        row.Leaf.Time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
        row.Details?.Kind.Code(),
        row.Details is { } d ? new LedgerActor(d.Actor, d.ActorName) : null,
        row.Details?.OnBehalfOf is { } reference ? new LedgerActor(reference, row.Details.OnBehalfOfName) : null,
        row.Details?.Purpose,
        row.Details?.Consents,
        row.Details?.EntryCount,
        row.Details is null ? null : Convert.ToHexStringLower(row.Details.Digest.Span),
        row.Details?.Note,
        row.Leaf.Hash.ToString());
}

/// <summary>Who: the whole reference, and the name as it was then.</summary>
internal sealed record LedgerActor(string Reference, string? Name);

/// <summary>That a ledger only grew.</summary>
/// <param name="Checkpoint">Signed size and root of the ledger as it is now.</param>
/// <param name="Key">The key that signs, as base64 of its SubjectPublicKeyInfo.</param>
/// <param name="From">The size since which it is shown.</param>
/// <param name="Proof">The consistency proof of RFC 6962, each hash in base64; absent when the ledger has fewer entries now.</param>
internal sealed record LedgerConsistency(string Checkpoint, string Key, long From, IReadOnlyList<string>? Proof);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LedgerPage))]
[JsonSerializable(typeof(LedgerConsistency))]
internal sealed partial class LedgerJson : JsonSerializerContext;
