namespace Rapport.Conversations.Tests.Stories;

/// <summary>What is shown of what people let be counted: never of few, and never so that two publications tell of few.</summary>
public sealed class StoryCountingTests
{
    private const int Least = StoryCounting.Least;

    private static readonly string[] Came = ["found-something", "avoided-test", "read-only", "other", StoryCounting.Silent];

    private static readonly string[] Felt = ["helped", "did-harm", StoryCounting.Silent];

    [Fact]
    public void OneLessThanEnoughShowsNothing()
    {
        var slips = Waiting(Least - 1, "found-something", "helped");
        Assert.Null(Shown(Renew(slips)));
        var shown = Shown(Renew([.. slips, .. Waiting(1, "found-something", "helped")]))!;
        Assert.Equal((Least, "2026-11"), (shown.Total, shown.Month));
        Assert.Equal([("found-something", Least)], shown.Came);
        Assert.Equal([("helped", Least)], shown.Felt);
    }

    [Fact]
    public void FewOfOneAnswerAreNotToldApartAndCannotBeWorkedOut()
    {
        var shown = Shown(Renew([.. Waiting(30, "found-something", "helped"), .. Waiting(12, "avoided-test", "helped"), .. Waiting(3, "read-only", "did-harm")]))!;
        Assert.Equal([("found-something", 30), (StoryNumbers.Rest, 15)], shown.Came);
        Assert.Equal([(StoryNumbers.Rest, 45)], shown.Felt);
        Assert.Equal(45, shown.Total);
    }

    [Fact]
    public void WhoeverWaitsIsCountedLaterWhereNothingCouldBeToldApart()
    {
        List<StorySlip> slips = [.. Came.SelectMany(came => Waiting(6, came, "helped"))];
        Assert.Null(Shown(Renew(slips)));
        var shown = Shown(Renew([.. slips, .. Waiting(StoryCounting.Many - slips.Count, "other", "helped")]))!;
        Assert.Equal([(StoryNumbers.Rest, StoryCounting.Many)], shown.Came);
        Assert.Equal([("helped", StoryCounting.Many)], shown.Felt);
    }

    [Fact]
    public void AStoryIsShownWithAGroupAndNotAlone()
    {
        var story = new StorySlip { Aim = "opinion", Text = new StoryText(null, null, "found-something", null, "x") };
        var first = Renew([.. Waiting(Least - 1, "found-something", "helped"), story]);
        Assert.DoesNotContain(first, static slip => slip.IsShown);
        var group = Renew([.. first, .. Waiting(1, "found-something", "helped")]);
        Assert.Single(group, static slip => slip.IsShown);
        Assert.Single(Renew([.. group, story with { Wish = new StoryAnswer("found-something", "helped") }]), static slip => slip.IsShown);
    }

    [Fact]
    public void WhoLeavesIsReplacedUnseenOrGoesWithAGroup()
    {
        var slips = Renew(Waiting(2 * Least, "found-something", "helped"));
        slips = Renew([.. slips.Select(static (slip, i) => i == 0 ? slip with { Wish = null } : slip)]);
        Assert.Equal(2 * Least, Shown(slips)!.Total);
        slips = Renew([.. slips, .. Waiting(1, "found-something", "helped")]);
        Assert.Equal((2 * Least, 0, 1), (Shown(slips)!.Total, slips.Count(static slip => slip.Leaves), slips.Count(static slip => slip.IsEmpty)));
        slips = Renew([.. slips.Where(static slip => !slip.IsEmpty).Select(static (slip, i) => i < Least ? slip with { Wish = null } : slip)]);
        Assert.Equal(Least, Shown(slips)!.Total);

        // The last eleven stay while one of them does: otherwise fewer would be left.
        slips = Renew([.. slips.Where(static slip => !slip.IsEmpty).Select(static (slip, i) => i > 0 ? slip with { Wish = null } : slip)]);
        Assert.Equal(Least, Shown(slips)!.Total);
        slips = Renew([.. slips.Select(static slip => slip with { Wish = null })]);
        Assert.Null(Shown(slips));
    }

    /// <summary>Whoever comes, changes their mind and goes, in any order: each number is of eleven or none, what is not told apart too, and each stays or moves by eleven.</summary>
    [Fact]
    public void TwoPublicationsNeverDifferByFew()
    {
        var publications = 0;
        foreach (var seed in Enumerable.Range(0, Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") is null ? 60 : 2000))
        {
            var random = new Random(seed);
            var (eager, fickle) = (0.3 + (random.NextDouble() * 0.7), random.NextDouble());
            Dictionary<int, StorySlip> people = [];
            HashSet<int> agreed = [];
            StoryNumbers? before = null;
            for (var step = 0; step < 400; step++)
            {
                var who = random.Next(120);
                var known = people.GetValueOrDefault(who);
                var wish = random.NextDouble() < eager ? new StoryAnswer(Came[Few(random)], Felt[random.Next(Felt.Length)]) : null;
                if (known?.Wish is not null && random.NextDouble() > fickle)
                {
                    continue;
                }

                agreed.UnionWith(wish is null ? [] : [who]);
                people[who] = (known ?? new StorySlip { Aim = "opinion" }) with { Wish = wish };
                var order = people.Keys.OrderBy(_ => random.Next()).ToList();
                var renewed = Renew([.. order.Select(person => people[person])]);
                foreach (var (person, slip) in order.Zip(renewed))
                {
                    people[person] = slip;
                    Assert.True(slip.Slot is null || agreed.Contains(person));
                }

                var shown = Shown(people.Values);
                AssertWhole(shown);
                AssertFar(before, shown);
                publications += Same(before, shown) ? 0 : 1;
                before = shown;
            }
        }

        Assert.InRange(publications, 100, int.MaxValue);
    }

    private static int Few(Random random) => (int)(random.NextDouble() * random.NextDouble() * Came.Length);

    private static void AssertWhole(StoryNumbers? shown)
    {
        if (shown is not null)
        {
            Assert.All(shown.Came.Concat(shown.Felt), static cell => Assert.InRange(cell.Count, Least, int.MaxValue));
            Assert.Equal((shown.Total, shown.Total), (shown.Came.Sum(static cell => cell.Count), shown.Felt.Sum(static cell => cell.Count)));
        }
    }

    private static void AssertFar(StoryNumbers? before, StoryNumbers? after)
    {
        foreach (var cells in new Func<StoryNumbers?, IReadOnlyList<(string Answer, int Count)>>[] { static n => n?.Came ?? [], static n => n?.Felt ?? [], static n => n is null ? [] : [("all", n.Total)] })
        {
            var (one, other) = (cells(before).ToDictionary(), cells(after).ToDictionary());
            foreach (var answer in one.Keys.Union(other.Keys))
            {
                Assert.True(Math.Abs(one.GetValueOrDefault(answer) - other.GetValueOrDefault(answer)) is 0 or >= Least, $"{answer}: {one.GetValueOrDefault(answer)}, then {other.GetValueOrDefault(answer)}");
            }
        }
    }

    private static bool Same(StoryNumbers? one, StoryNumbers? other) => (one?.Total, one is null) == (other?.Total, other is null);

    private static List<StorySlip> Waiting(int count, string came, string felt) => [.. Enumerable.Repeat(new StorySlip { Aim = "opinion", Wish = new StoryAnswer(came, felt) }, count)];

    private static IReadOnlyList<StorySlip> Renew(IReadOnlyList<StorySlip> slips) => StoryCounting.Renew(slips, "2026-11");

    private static StoryNumbers? Shown(IEnumerable<StorySlip> slips) => StoryNumbers.Of([.. slips]);
}
