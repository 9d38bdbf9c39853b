namespace Rapport.Ledger.Tests.Checks;

using Rapport.Ledger.Tests.Export;

/// <summary>The server's own check finds whatever is done to the rows of a ledger.</summary>
public sealed class LedgerCheckTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    public void AnUntouchedLedgerHasNoProblems(int size)
    {
        var stored = Stored.Random(50 + size, size);
        Assert.Empty(stored.Check());
        Assert.Empty((stored with { Checkpoint = null }).Check());
        Assert.Empty((stored with { Rows = [.. stored.Rows.Select(row => row with { Details = null })] }).Check());
    }

    [Fact]
    public void AnyRowEditedDroppedDoubledMovedOrTakenFromAnotherPatientIsFound()
    {
        var dice = new Dice(51);
        for (var round = 0; round < 500; round++)
        {
            var size = dice.Between(2, 20);
            var stored = Stored.Random(5100 + round, size);
            var other = Stored.Random(9100 + round, size);
            var rows = stored.Rows.ToList();
            var at = dice.Below(size);
            var next = (at + 1) % size;
            switch (dice.Below(8))
            {
                case 0: rows[at] = rows[at] with { Leaf = Flip(rows[at].Leaf, dice) }; break;
                case 1: rows[at] = rows[at] with { Details = Flip(rows[at].Details!, dice) }; break;
                case 2: rows.RemoveAt(at); break;
                case 3: rows.Insert(at, rows[at]); break;
                case 4: (rows[at], rows[next]) = (rows[next], rows[at]); break;
                case 5: (rows[at], rows[next]) = (rows[at] with { Leaf = rows[next].Leaf, Details = rows[next].Details }, rows[next]); break;
                case 6: rows[at] = other.Rows[at]; break;
                default: rows[at] = rows[at] with { Details = rows[next].Details }; break;
            }

            Assert.NotEmpty((stored with { Rows = rows }).Check());
        }
    }

    [Fact]
    public void RowsUnderOtherNumbersAreFound()
    {
        var stored = Stored.Random(56, 5);
        Assert.Single((stored with { Rows = [.. stored.Rows.Select(row => row with { Index = row.Index + 1 })] }).Check());
        Assert.Single((stored with { Rows = [.. stored.Rows.Take(4), stored.Rows[4] with { Index = long.MaxValue }] }).Check());
    }

    [Fact]
    public void AChangedHeadRowIsFound()
    {
        var stored = Stored.Random(52, 11);
        Assert.NotEmpty((stored with { HeadSize = 10 }).Check());
        Assert.NotEmpty((stored with { HeadSize = 12 }).Check());
        Assert.NotEmpty((stored with { HeadFrontier = [] }).Check());
        Assert.NotEmpty((stored with { HeadFrontier = new Frontier().ToBytes() }).Check());
        for (var at = 0; at < stored.HeadFrontier.Length; at++)
        {
            var changed = stored.HeadFrontier.ToArray();
            changed[at] ^= 1;
            Assert.NotEmpty((stored with { HeadFrontier = changed }).Check());
        }
    }

    /// <summary>Rows and head cut back together agree with each other; the signed checkpoint tells.</summary>
    [Fact]
    public void ALedgerRolledBackOrRewrittenWithItsHeadIsFoundByTheCheckpoint()
    {
        var stored = Stored.Random(53, 9);
        var shorter = Stored.Of(stored.Rows.Take(7).ToList(), stored.Origin) with { Checkpoint = stored.Checkpoint };
        Assert.Contains("a checkpoint over 9 entries was signed, 7 are stored", Assert.Single(shorter.Check()).Text);

        var rows = stored.Rows.ToList();
        rows[2] = Stored.Random(54, 9).Rows[2];
        var rewritten = Stored.Of(rows, stored.Origin) with { Checkpoint = stored.Checkpoint };
        Assert.Contains("not those that the checkpoint signed last covers", Assert.Single(rewritten.Check()).Text);
    }

    [Fact]
    public void AFalseCheckpointIsFound()
    {
        var stored = Stored.Random(55, 4);
        var root = stored.Root;
        string[] texts =
        [
            "", stored.Checkpoint + "\n", TestKeys.Other.Sign(stored.Origin, 4, root).Text, TestKeys.Server.Sign("another", 4, root).Text,
            TestKeys.Server.Sign(stored.Origin, 3, root).Text, TestKeys.Server.Sign(stored.Origin, 0, root).Text,
        ];
        Assert.All(texts, text => Assert.NotEmpty((stored with { Checkpoint = text }).Check()));
    }

    [Fact]
    public void DetailsThatAreCommittedToButNotInTheFormAreFound()
    {
        byte[] details = [1, 2, 3];
        var stored = Stored.Of([new Row(0, LedgerLeaf.Create(DateTimeOffset.UnixEpoch, details).Encode(), details)], "a");
        Assert.Contains("not in the form", Assert.Single(stored.Check()).Text);
    }

    [Fact]
    public void TheCallerAddsWhatItFinds()
    {
        var check = new LedgerCheck(0, new Frontier().ToBytes(), "a", null, TestKeys.Server.PublicKey);
        check.AddProblem(4, "the details do not unseal");
        Assert.Equal("entry 4: the details do not unseal", Assert.Single(check.Complete()).ToString());
    }

    private static byte[] Flip(byte[] bytes, Dice dice)
    {
        var flipped = bytes.ToArray();
        flipped[dice.Below(bytes.Length)] ^= (byte)(1 << dice.Below(8));
        return flipped;
    }

    private sealed record Row(long Index, byte[] Leaf, byte[]? Details);

    private sealed record Stored(IReadOnlyList<Row> Rows, string Origin, long HeadSize, byte[] HeadFrontier, string? Checkpoint, TreeHash Root)
    {
        public static Stored Random(int seed, int size)
        {
            var dice = new Dice(seed);
            var rows = new List<Row>();
            for (var i = 0; i < size; i++)
            {
                var details = dice.Details().Encode();
                rows.Add(new Row(i, LedgerLeaf.Create(dice.Time(), details).Encode(), details));
            }

            return Of(rows, Ledger.Checkpoint.OriginOf(TestLedger.Patient));
        }

        public static Stored Of(IReadOnlyList<Row> rows, string origin)
        {
            var frontier = new Frontier();
            foreach (var row in rows)
                frontier.Append(LedgerLeaf.Parse(row.Leaf).Hash);
            var checkpoint = TestKeys.Server.Sign(origin, frontier.Size, frontier.Root).Text;
            return new Stored(rows, origin, frontier.Size, frontier.ToBytes(), checkpoint, frontier.Root);
        }

        public IReadOnlyList<LedgerProblem> Check()
        {
            var check = new LedgerCheck(HeadSize, HeadFrontier, Origin, Checkpoint, TestKeys.Server.PublicKey);
            foreach (var row in Rows)
                check.Add(row.Index, row.Leaf, row.Details is { } details ? details.AsMemory() : (ReadOnlyMemory<byte>?)null);
            return check.Complete();
        }
    }
}
