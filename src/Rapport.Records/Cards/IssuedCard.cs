using System.Text.Json;
using System.Text.Json.Serialization;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>A signed SMART Health Card that a patient made to show it to others. It is in their hands: taking it back tells those who check it, and takes it from nobody. Immutable.</summary>
public sealed record IssuedCard
{
    /// <summary>Cards of a record that are good at once: those that are over, or were taken back, count no more.</summary>
    public const int Most = 200;

    /// <summary>Cards that are made within a day.</summary>
    public const int MostADay = 20;

    /// <summary>Its id within the record, which is its agreement's too.</summary>
    public required LocalId Id { get; init; }

    /// <summary>What it is called.</summary>
    public required string Label { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Until when it is good; null for no end.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The signed card: a JSON Web Signature in its compact form.</summary>
    public required string Jws { get; init; }

    /// <summary>What stands on it, a line each, as it was told when it was made.</summary>
    public required IReadOnlyList<string> Lines { get; init; }

    /// <summary>The name of the key it is signed with, and the number by which it is taken back.</summary>
    public required CardNumber Number { get; init; }

    /// <summary>Whether it was taken back.</summary>
    public required bool IsRevoked { get; init; }

    /// <summary>How agreements and ledger name whoever is shown a card.</summary>
    public static string HolderOf(PatientId patient, LocalId card) => GivenLink.HolderOf(patient, card);
}

/// <summary>By what a card is found among those that were taken back.</summary>
/// <param name="Kid">The name of the key it is signed with.</param>
/// <param name="Rid">Random letters of the alphabet of Base64Url.</param>
public sealed record CardNumber(string Kid, string Rid);

/// <summary>A card that a patient wants.</summary>
/// <param name="Label">What it is called.</param>
/// <param name="HolderName">The name of whoever is shown it, in agreements and in the ledger.</param>
/// <param name="Purpose">HL7 purpose of use.</param>
/// <param name="ExpiresAt">Until when it is good; null for no end.</param>
public sealed record CardWish(string Label, string HolderName, string Purpose, DateTimeOffset? ExpiresAt);

/// <summary>A card before it is signed.</summary>
/// <param name="SigningInput">Header and payload of its JSON Web Signature, with a dot between.</param>
/// <param name="Lines">What stands on it, a line each.</param>
public sealed record UnsignedCard(string SigningInput, IReadOnlyList<string> Lines);

/// <summary>How the ledger notes that a card was made.</summary>
public static class CardNote
{
    /// <summary>The note of the disclosure that a card is.</summary>
    public const string Issued = "health card";
}

/// <summary>A card as it is stored; its body is sealed.</summary>
internal sealed record CardRow
{
    public required string CardId { get; init; }

    public required long Version { get; init; }

    public required string Kid { get; init; }

    public required string Rid { get; init; }

    public required byte[] Body { get; init; }

    /// <summary>Whether it was taken back; not stored here.</summary>
    public bool IsRevoked { get; init; }
}

/// <summary>What is kept of a card, sealed.</summary>
internal sealed record CardState
{
    public required string Label { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Null until it is signed.</summary>
    public string? Jws { get; init; }

    public IReadOnlyList<string> Lines { get; init; } = [];

    internal byte[] Seal(PatientId patient, Sealer sealer, LocalId card, long version) => sealer.Seal(Places.Card(patient, card, version), JsonSerializer.SerializeToUtf8Bytes(this, CardJson.Default.CardState));

    /// <exception cref="SealBrokenException">What is stored was changed or moved.</exception>
    internal static CardState Open(PatientId patient, Sealer sealer, CardRow row) =>
        JsonSerializer.Deserialize(sealer.Open(Places.Card(patient, LocalId.Parse(row.CardId), row.Version), row.Body), CardJson.Default.CardState)!;
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(CardState))]
internal sealed partial class CardJson : JsonSerializerContext;
