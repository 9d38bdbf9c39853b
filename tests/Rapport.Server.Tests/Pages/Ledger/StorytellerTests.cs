using Rapport.Records;
using Rapport.Server.Pages.Ledger;

namespace Rapport.Server.Tests.Pages.Ledger;

/// <summary>How a ledger is told in few sentences: nothing is lost, nothing is told twice, what is unusual stands first.</summary>
public sealed class StorytellerTests
{
    [Fact]
    public void ThreeHundredLinesAreAFewTales()
    {
        var deeds = new Deeds().Gather(200).Agree(199);
        for (var i = 0; i < 298; i++)
        {
            deeds.Look(150 - (i * 0.5), who: i % 3 == 0 ? Deeds.Sam : Deeds.Lee, purpose: i % 3 == 0 ? "FAMRQT" : "TREAT");
        }

        var story = Tell(deeds.All);

        Assert.Equal(300, story.Lines);
        Assert.Equal(4, story.First.Count + story.Others.Count + story.Own.Count);
    }

    [Fact]
    public void EveryLineIsToldOnceWhateverTheLedger()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var deeds = Invent(random, random.Next(0, 60));
            var filter = new LedgerFilter(
                random.Next(3) == 0 ? Deeds.Lee : null, random.Next(3) == 0 ? LedgerPart.All[random.Next(4)] : null, random.Next(3) == 0 ? LedgerPeriod.All[random.Next(3)] : null);

            var story = Tell(deeds, filter);

            var told = story.First.Concat(story.Others).Concat(story.Own).SelectMany(tale => tale.Deeds).ToList();
            Assert.Equal(deeds.Where(deed => filter.Holds(deed, Deeds.Own, Deeds.Now)), told.OrderBy(deed => deed.Index));
            Assert.Equal(told.Count, story.Lines);
            foreach (var tale in story.First.Concat(story.Others).Concat(story.Own))
            {
                Assert.All(tale.Deeds, deed => Assert.Equal(tale.Key, TaleKey.Of(deed)));
                Assert.Equal(tale.Deeds.OrderBy(deed => deed.Index), tale.Deeds);
            }

            Assert.All(story.First, tale => Assert.NotEmpty(tale.Remarks));
            Assert.Equal(story.First.OrderBy(tale => tale.Remarks[0].Kind).ThenByDescending(tale => tale.Newest.Index), story.First);
            Assert.All(story.Own, tale => Assert.Equal(Deeds.Own, tale.Key.Actor));
            foreach (var tales in new[] { story.Others, story.Own })
            {
                Assert.Equal(tales.OrderByDescending(tale => tale.Newest.Index), tales);
            }
        }
    }

    [Fact]
    public void WhatIsUnusualIsJudgedByTheWholeLedgerHoweverItIsFiltered()
    {
        var deeds = new Deeds().Look(100).Look(3).Look(2, who: Deeds.Sam).All;

        var week = Tell(deeds, new LedgerFilter(null, null, LedgerPeriod.Find("week")));

        Assert.Equal(Deeds.Sam, Assert.Single(week.First).Key.Actor);
        Assert.Equal(Deeds.Lee, Assert.Single(week.Others).Key.Actor);
    }

    /// <summary>The ledger has a card under whoever is shown it; the patient made it.</summary>
    [Fact]
    public void ACardThatThePatientMadeIsTheirOwnDeed()
    {
        var deeds = new Deeds().Add(2, Rapport.Ledger.LedgerKind.Disclosed, "Device/card", "PATRQT", 4, ["c7"], CardNote.Issued).All;
        Assert.Empty(Tell(deeds).Others);
        Assert.Single(Tell(deeds).Own);
        Assert.Single(Tell(deeds, new LedgerFilter(null, LedgerPart.Own, null)).Own);
    }

    [Theory]
    [InlineData(29.9, false, true)]
    [InlineData(30.1, false, false)]
    [InlineData(3000, true, true)]
    public void WhatIsUnusualStandsFirstForAMonthAndAnEmergencyForEver(double daysAgo, bool isEmergency, bool isFirst) =>
        Assert.Equal(isFirst, Tell((isEmergency ? new Deeds().BreakGlass(daysAgo) : new Deeds().Look(daysAgo)).All).First.Count == 1);

    [Fact]
    public void OfEachKindTheNewestReasonIsTold()
    {
        var remark = Tell(new Deeds().Look(20).Look(1.4).Look(0.4).All).First.Single().Remarks.Single(remark => remark.Kind == RemarkKind.AtNight);

        Assert.Equal(2, remark.Look.Index);
    }

    [Fact]
    public void WhatHappensWhileOneReadsIsToldWithTheNewestLast()
    {
        var deeds = new Deeds().Look(3).Look(2, who: Deeds.Sam).Look(1).All;

        Assert.Equal([(Deeds.Sam, 1), (Deeds.Lee, 2)], new NewTales().Tell(deeds).Select(tale => (tale.Key.Actor, tale.Deeds.Count)));
    }

    [Fact]
    public void WhatFollowsIsTakenUpOnceAndOnlyWhatItChangesIsToldAgain()
    {
        var deeds = new Deeds().Look(4).Look(3, who: Deeds.Sam).Look(2).All;
        var tales = new NewTales();

        Assert.Equal([(Deeds.Lee, 1), (Deeds.Sam, 1)], tales.Tell(deeds.Take(2)).Select(tale => (tale.Key.Actor, tale.Deeds.Count)));
        Assert.Equal([(Deeds.Lee, 2)], tales.Tell(deeds.Skip(2)).Select(tale => (tale.Key.Actor, tale.Deeds.Count)));
        Assert.Empty(tales.Tell([]));
    }

    private static LedgerStory Tell(IReadOnlyList<LedgerDeed> deeds, LedgerFilter? filter = null) =>
        Storyteller.Tell(deeds, Deeds.Own, filter ?? LedgerFilter.Everything, Deeds.Now, TimeZoneInfo.Utc);

    private static IReadOnlyList<LedgerDeed> Invent(Random random, int count)
    {
        var deeds = new Deeds();
        for (var i = 0; i < count; i++)
        {
            var daysAgo = (count - i) * 10.3;
            _ = random.Next(6) switch
            {
                0 => deeds.Gather(daysAgo),
                1 => deeds.Agree(daysAgo, $"c{random.Next(3)}"),
                2 => deeds.Stop(daysAgo, $"c{random.Next(3)}"),
                3 => random.Next(4) == 0 ? deeds.BreakGlass(daysAgo) : deeds.Add(daysAgo, null, ""),
                _ => deeds.Look(
                    daysAgo, random.Next(2) == 0 ? Deeds.Lee : Deeds.Sam, random.Next(2) == 0 ? "TREAT" : "FAMRQT", random.Next(80), $"c{random.Next(3)}"),
            };
        }

        return deeds.All;
    }
}
