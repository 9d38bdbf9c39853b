using System.Globalization;
using System.Security.Cryptography;

namespace Rapport.Crash.Tests.Revocation;

/// <summary>The checker finds what is forged: each of these histories breaks a promise, but for the first.</summary>
public sealed class RevocationCheckerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Given at 1, read at 2, taken back at 3, refused at 4, given anew at 5, read at 6 by a link; a read at 7 was broken off.</summary>
    private static readonly string[] Ledger =
    [
        Line(0, "created", "Patient/p", "null", "null"),
        Line(1, "consented", "Patient/p", "\"active\"", "null", "c"),
        Line(2, "disclosed", "Practitioner/d", "\"read\"", "\"TREAT\"", "c"),
        Line(3, "revoked", "Patient/p", "\"inactive\"", "null", "c"),
        Line(5, "consented", "Patient/p", "\"active\"", "null", "c"),
        Line(6, "disclosed", "Device/l", "\"link: r-1\"", "\"TREAT\"", "c"),
        Line(7, "disclosed", "Practitioner/d", "\"search\"", "\"TREAT\"", "c"),
    ];

    private static readonly Deed[] Deeds =
    [
        Did(DeedKind.Grant, 1), Did(DeedKind.Served, 2), Did(DeedKind.Revoked, 3), Did(DeedKind.Refused, 4), Did(DeedKind.Grant, 5),
        Did(DeedKind.Served, 6) with { Actor = "Device/l", Tag = "link: r-1" }, Did(DeedKind.Unknown, 7),
    ];

    [Fact]
    public void A_true_history_holds() => Assert.Empty(RevocationChecker.Check(Export(Ledger), Deeds));

    [Fact]
    public void A_read_after_an_acknowledged_revocation_is_found() =>
        AssertFound("after the end of c was acknowledged", Ledger, [.. Deeds, Did(DeedKind.Served, 4) with { Actor = "Practitioner/e" }]);

    [Fact]
    public void A_read_that_began_before_the_revocation_was_acknowledged_is_none() =>
        Assert.DoesNotContain(RevocationChecker.Check(Export(Ledger), [.. Deeds, Did(DeedKind.Served, 3)]), static problem => problem.Contains("acknowledged", StringComparison.Ordinal));

    [Fact]
    public void A_read_without_its_entry_is_found() => AssertFound("no entry tells of it", Ledger, [.. Deeds, Did(DeedKind.Served, 6)]);

    [Fact]
    public void Two_reads_with_one_entry_are_found() => AssertFound("no entry tells of it", Ledger, [.. Deeds, Did(DeedKind.Served, 2)]);

    [Fact]
    public void A_link_opened_without_its_entry_is_found() => AssertFound("link: r-2 read", Ledger, [.. Deeds, Did(DeedKind.Served, 6) with { Actor = "Device/l", Tag = "link: r-2" }]);

    [Fact]
    public void An_entry_for_a_refused_read_is_found() => AssertFound("that nobody made", Ledger, [.. Deeds.Select(static deed => deed.Kind == DeedKind.Served && deed.Tag is null ? deed with { Kind = DeedKind.Refused } : deed)]);

    [Fact]
    public void An_entry_at_another_time_is_found() => AssertFound("that nobody made", Ledger, [.. Deeds.Where(static deed => deed.Kind != DeedKind.Unknown)]);

    [Fact]
    public void A_disclosure_after_the_revocation_in_the_ledger_is_found() =>
        AssertFound("which is not in force there", [.. Ledger[..4], Line(4, "disclosed", "Practitioner/d", "\"read\"", "\"TREAT\"", "c")], Deeds);

    [Fact]
    public void A_disclosure_under_an_agreement_that_nobody_made_is_found() =>
        AssertFound("which is not in force there", [.. Ledger, Line(7, "disclosed", "Practitioner/d", "\"read\"", "\"TREAT\"", "other")], Deeds);

    [Fact]
    public void A_ledger_in_another_order_is_found()
    {
        AssertFound("stands at place", Ledger, Deeds, static lines => [lines[0], lines[2], lines[1], .. lines[3..]]);
        AssertFound("not those of the entries", Ledger, Deeds, static lines => [.. lines.Where((_, i) => i != 3)]);
        AssertFound("not those of the entries", Ledger, Deeds, static lines => [.. lines.Select(static line => line.Replace("\"leaf\":\"A", "\"leaf\":\"B", StringComparison.Ordinal))]);
    }

    private static void AssertFound(string what, string[] ledger, Deed[] deeds, Func<string[], string[]>? forge = null)
    {
        var export = Export(ledger);
        Assert.Contains(RevocationChecker.Check(forge?.Invoke(export) ?? export, deeds), problem => problem.Contains(what, StringComparison.Ordinal));
    }

    private static Deed Did(DeedKind kind, int second) => new(
        kind, "c", "Practitioner/d", "TREAT", null, second * 1000, (second * 1000) + 500, Noon.AddSeconds(second).AddMilliseconds(-100), Noon.AddSeconds(second).AddMilliseconds(100));

    private static string Line(int second, string kind, string actor, string note, string purpose, params string[] consents) =>
        $$$"""
        {"index":INDEX,"time":"{{{Noon.AddSeconds(second).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)}}}","leaf":"{{{Convert.ToBase64String([1, .. SHA256.HashData([(byte)second, (byte)kind.Length, (byte)actor.Length])])}}}","details":{"kind":"{{{kind}}}","actor":"{{{actor}}}","note":{{{note}}},"purpose":{{{purpose}}},"consents":[{{{string.Join(',', consents.Select(static consent => $"\"{consent}\""))}}}]}}
        """;

    /// <summary>Numbered, and with a checkpoint that is true.</summary>
    private static string[] Export(string[] lines)
    {
        var numbered = lines.Select(static (line, index) => line.Replace("INDEX", index.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)).ToArray();
        var hashes = numbered.Select(static line => SHA256.HashData([0, .. Convert.FromBase64String(line.Split("\"leaf\":\"")[1].Split('"')[0])])).ToArray();
        return ["{\"format\":\"x\"}", .. numbered, $"{{\"checkpoint\":\"origin\\n{lines.Length}\\n{Convert.ToBase64String(RootOf(hashes))}\\n\"}}", "{\"sha256\":\"x\"}"];
    }

    /// <summary>As RFC 6962 defines it, by the largest power of two that is smaller.</summary>
    private static byte[] RootOf(ReadOnlySpan<byte[]> hashes)
    {
        if (hashes.Length == 1)
        {
            return hashes[0];
        }

        var half = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)hashes.Length) / 2;
        return SHA256.HashData([1, .. RootOf(hashes[..half]), .. RootOf(hashes[half..])]);
    }
}
