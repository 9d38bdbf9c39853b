using System.Security.Cryptography;
using System.Text;
using Rapport.Ledger.Tests.Export;

namespace Rapport.Ledger.Tests.Golden;

/// <summary>The ledger in the golden files: one entry of each kind, all of it invented.</summary>
internal static class GoldenLedger
{
    private const int Erased = 1;

    private static readonly DateTimeOffset _start = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);

    public static IReadOnlyList<(DateTimeOffset Time, LedgerDetails Details)> Entries { get; } =
    [
        .. new[]
        {
            Make(LedgerKind.Created, "Patient/0123456789abcdefghjkmnpqrs"),
            Make(LedgerKind.Gathered, "Patient/0123456789abcdefghjkmnpqrs") with { Note = "file `synthea.json`", EntryCount = 1234 },
            Make(LedgerKind.Consented, "Patient/0123456789abcdefghjkmnpqrs") with { ActorName = "Maya Example", Consents = ["c1"], EntryCount = 1 },
            Make(LedgerKind.Disclosed, "Practitioner/zyxwvtsrqpnmkjhgfedcba9876") with
            {
                ActorName = "Dr. Zoë \"Lee\"\nExample",
                OnBehalfOf = "Organization/hospital",
                OnBehalfOfName = "病院 \\ Hospital",
                Purpose = "TREAT",
                Consents = ["c1", "c2"],
                EntryCount = 300,
                Entries = Enumerable.Range(0, 200).Select(i => (byte)i).ToArray(),
                Note = "Observation?category=laboratory",
            },
            Make(LedgerKind.BrokeGlass, "Practitioner/p") with { Purpose = "ETREAT", EntryCount = int.MaxValue },
            Make(LedgerKind.Delegated, "RelatedPerson/sam") with { ActorName = "" },
            Make(LedgerKind.Corrected, "Patient/p") with { Entries = new byte[] { 0xFF } },
            Make(LedgerKind.Outcome, "Patient/p") with { Note = "\u0000\u001f\u007f\u2028👩‍⚕️" },
            Make(LedgerKind.Revoked, "Patient/p") with { Consents = ["c2"] },
            Make(LedgerKind.Erased, "Patient/p") with { EntryCount = 128 },
        }.Select((details, i) => (_start.AddMilliseconds(i * 86_400_123L), details)),
    ];

    public static TestLedger Ledger { get; } = new(
        Checkpoint.OriginOf(TestLedger.Patient),
        [.. Entries.Select((entry, i) => (LedgerLeaf.Create(entry.Time, entry.Details.Encode()), i == Erased ? null : entry.Details))]);

    public static byte[] Export(Checkpoint checkpoint) => Ledger.Export(checkpoint: checkpoint);

    private static LedgerDetails Make(LedgerKind kind, string actor) => new()
    {
        Kind = kind,
        Actor = actor,
        Digest = SHA256.HashData(Encoding.ASCII.GetBytes($"digest of {kind}")),
        Salt = SHA256.HashData(Encoding.ASCII.GetBytes($"salt of {kind}")).AsMemory(0, LedgerDetails.SaltLength),
    };
}
