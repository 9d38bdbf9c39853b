using System.Buffers;
using System.Text;

namespace Rapport.Ledger.Tests.Export;

/// <summary>A ledger in memory, and the ways an export of it can be made, taken apart and put together again.</summary>
internal sealed record TestLedger(string Origin, IReadOnlyList<(LedgerLeaf Leaf, LedgerDetails? Details)> Entries)
{
    public const string Patient = "0123456789abcdefghjkmnpqrs";

    public static TestLedger Random(int seed, int size, string patient = Patient)
    {
        var dice = new Dice(seed);
        return new TestLedger(Checkpoint.OriginOf(patient), [.. Enumerable.Range(0, size).Select(_ => Entry(dice))]);
    }

    public static (LedgerLeaf Leaf, LedgerDetails? Details) Entry(Dice dice)
    {
        var details = dice.Details();
        var leaf = LedgerLeaf.Create(dice.Time(), details.Encode());
        return (leaf, dice.OneIn(6) ? null : details);
    }

    public TreeHash Root => RootOf(Entries.Count);

    public TreeHash RootOf(int size) => MerkleTree.Root([.. Entries.Take(size).Select(entry => entry.Leaf.Hash)]);

    public Checkpoint Sign(CheckpointSigner? signer = null) => SignAt(Entries.Count, signer);

    public Checkpoint SignAt(int size, CheckpointSigner? signer = null)
        => (signer ?? TestKeys.Server).Sign(Origin, size, RootOf(size));

    public byte[] Export(CheckpointSigner? signer = null, Checkpoint? checkpoint = null)
    {
        signer ??= TestKeys.Server;
        var output = new ArrayBufferWriter<byte>();
        using var writer = new LedgerExportWriter(output, Origin, signer);
        foreach (var (leaf, details) in Entries)
            writer.Add(leaf, details);
        writer.Complete(checkpoint ?? Sign(signer));
        return output.WrittenSpan.ToArray();
    }

    /// <summary>These lines as a file whose closing line is true: what somebody with the server's key can make of a changed export.</summary>
    public static byte[] Close(IEnumerable<string> lines, string origin, CheckpointSigner? signer = null)
        => Close(Encoding.UTF8.GetBytes(string.Concat(lines)), origin, signer);

    public static byte[] Close(byte[] body, string origin, CheckpointSigner? signer = null)
    {
        signer ??= TestKeys.Server;
        var sha256 = System.Security.Cryptography.SHA256.HashData(body);
        var closing = new CanonicalJsonWriter();
        ExportFormat.WriteClosing(closing, sha256, signer.SignData(ExportFormat.SignedBytes(origin, sha256)));
        return [.. body, .. closing.Written];
    }

    /// <summary>The lines of an export, each with its line feed.</summary>
    public static List<string> Lines(byte[] export)
        => [.. Encoding.UTF8.GetString(export).Split('\n')[..^1].Select(line => line + "\n")];

    public static VerifyReport Verify(byte[] export, VerifyOptions? options = null)
    {
        using var stream = new MemoryStream(export);
        return LedgerVerifier.Verify(stream, options);
    }
}
