using System.Runtime.CompilerServices;
using System.Text;
using Rapport.Ledger.Tests.Export;

namespace Rapport.Ledger.Tests.Golden;

/// <summary>
/// The bytes of the format, committed. Ledgers outlive releases: a change here breaks every ledger written before, and is never made
/// without a new format version. <c>docs/ledger-format.md</c> explains the files to other implementers.
/// </summary>
public sealed class GoldenTests
{
    [Fact]
    public void EntriesEncodeToTheCommittedBytes() => Assert.Equal(Read("entries.txt"), DescribeEntries());

    [Fact]
    public void TheCommittedEntriesDecode()
    {
        var encodings = Read("entries.txt").Split('\n').Where(line => line.StartsWith("details: ", StringComparison.Ordinal));
        Assert.Equal(
            GoldenLedger.Entries.Select(entry => entry.Details),
            encodings.Select(line => LedgerDetails.Decode(Convert.FromHexString(line["details: ".Length..]))));
    }

    [Fact]
    public void TheCommittedExportVerifiesToTheCommittedReport()
    {
        var report = TestLedger.Verify(Encoding.UTF8.GetBytes(Read("export.jsonl")), new VerifyOptions
        {
            PinnedKey = TestKeys.Server.PublicKey.Fingerprint,
            Origin = Checkpoint.OriginOf(TestLedger.Patient),
            EarlierCheckpoint = Read("earlier-checkpoint.txt"),
        });
        Assert.Empty(report.Problems);
        Assert.Equal(Read("report.txt"), Describe(report));
    }

    /// <summary>ECDSA signatures are never the same twice, so the checkpoint is taken over and the last signature left out.</summary>
    [Fact]
    public void TheExportIsWrittenAsCommitted()
    {
        var committed = Read("export.jsonl");
        var checkpoint = TestLedger.Verify(Encoding.UTF8.GetBytes(committed)).Checkpoint;
        var written = Encoding.UTF8.GetString(GoldenLedger.Export(checkpoint!));
        var lastSignature = committed.LastIndexOf(",\"signature\":", StringComparison.Ordinal);
        Assert.Equal(committed[..lastSignature], written[..lastSignature]);
    }

    [Fact]
    public void TheDocumentedCheckpointIsTheCommittedOne()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Rapport.slnx")))
            root = root.Parent!;
        Assert.Contains(Read("earlier-checkpoint.txt"), File.ReadAllText(Path.Combine(root.FullName, "docs", "ledger-format.md")));
    }

    /// <summary>Writes the files anew; for a new version of the format only. Run by <c>dotnet run --project tests/Rapport.Ledger.Tests -- rewrite-golden</c>.</summary>
    internal static void Rewrite()
    {
        var export = GoldenLedger.Export(GoldenLedger.Ledger.Sign());
        Write("entries.txt", DescribeEntries());
        Write("export.jsonl", Encoding.UTF8.GetString(export));
        Write("earlier-checkpoint.txt", GoldenLedger.Ledger.SignAt(3).Text);
        Write("report.txt", Describe(TestLedger.Verify(export)));
    }

    private static string DescribeEntries()
    {
        var text = new StringBuilder();
        var frontier = new Frontier();
        foreach (var (time, details) in GoldenLedger.Entries)
        {
            var encoded = details.Encode();
            var leaf = LedgerLeaf.Create(time, encoded);
            frontier.Append(leaf.Hash);
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"details: {Convert.ToHexStringLower(encoded)}\n")
                .Append(System.Globalization.CultureInfo.InvariantCulture, $"leaf: {Convert.ToHexStringLower(leaf.Encode())}\n")
                .Append(System.Globalization.CultureInfo.InvariantCulture, $"leaf hash: {leaf.Hash}\n")
                .Append(System.Globalization.CultureInfo.InvariantCulture, $"root: {frontier.Root}\n")
                .Append(System.Globalization.CultureInfo.InvariantCulture, $"frontier: {Convert.ToHexStringLower(frontier.ToBytes())}\n\n");
        }

        return text.ToString();
    }

    private static string Describe(VerifyReport report)
    {
        var kinds = string.Join(", ", report.CountsByKind.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key.Code()} {pair.Value}"));
        return $"""
            origin: {report.Origin}
            size: {report.Size}
            root: {report.Root}
            key: {report.KeyFingerprint}
            earliest: {report.Earliest:O}
            latest: {report.Latest:O}
            kinds: {kinds}
            erased: {report.ErasedDetails}
            problems: {report.ProblemCount}

            """;
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", file));

    private static void Write(string file, string text, [CallerFilePath] string here = "")
        => File.WriteAllText(Path.Combine(Path.GetDirectoryName(here)!, file), text);
}
