using Rapport.Ledger;
using Rapport.Records;
using Rapport.Server.Pages.Outcomes;

namespace Rapport.Server.Tests.Pages.Ledger;

/// <summary>Which looks are one visit, and what stands beside them.</summary>
public sealed class VisitTests
{
    private const double Hour = 1 / 24.0;

    [Fact]
    public void LooksOfOnePersonForOnePurposeWithoutALongPauseAreOneVisit()
    {
        var deeds = new Deeds().Look(2).Look(2 - Hour, Deeds.Sam, "FAMRQT").Look(2 - (3 * Hour)).Look(2 - (6 * Hour)).Look(2 - (10 * Hour)).Look(2 - (10 * Hour), purpose: "CAREMGT").All;
        Assert.Equal([[0, 2, 3], [1], [4], [5]], Visit.In(deeds).Select(visit => visit.Looks.Select(look => look.Index)));
        Assert.Equal([0, 2, 3], Visit.Find(deeds, 2)!.Looks.Select(look => look.Index));
        Assert.Null(Visit.Find(deeds, 6));
        Assert.Null(Visit.Find(new Deeds().Agree(1).All, 0));
    }

    [Fact]
    public void TheHoldersOfALinkAreKnownByWhatTheySayAndEachOpeningIsAVisit()
    {
        var deeds = new Deeds().Add(1, LedgerKind.Disclosed, "Device/a", "TREAT", note: "link: Dr A").Add(1, LedgerKind.Disclosed, "Device/a", "TREAT", note: "link: Dr B")
            .Add(1, LedgerKind.Disclosed, "Device/a", "TREAT", note: "link file: Dr A").Add(1, LedgerKind.Disclosed, "Device/a", "TREAT", note: "link: Dr A")
            .Add(1, LedgerKind.Disclosed, "Device/a", "TREAT", note: "link file: Dr A").All;
        Assert.Equal([[0, 2], [1], [3, 4]], Visit.In(deeds).Select(visit => visit.Looks.Select(look => look.Index)));
    }

    [Fact]
    public void WhatIsSaidOfOneLookIsSaidOfItsVisitAndTheLastStands()
    {
        var deeds = new Deeds().Look(3).Look(3 - Hour).Said(2.5, 1, "read-only").Look(1).Said(0.9, 0, "other: a rash").Felt(0.5, 3, "helped").All;
        var visits = Visit.In(deeds);
        Assert.Equal([OutcomeKind.ReadOnly, OutcomeKind.Other], visits[0].Said.Select(said => said.Outcome.Kind));
        Assert.Equal("a rash", visits[0].SaidLast!.Words);
        Assert.Equal((null, OutcomeKind.Helped), (visits[1].SaidLast, visits[1].FeltLast!.Kind));
        Assert.Contains("a rash", OutcomeWords.Beside(visits));
        Assert.Contains(OutcomeText.YouHelped, OutcomeWords.Beside([visits[1]]));
        Assert.DoesNotContain(OutcomeText.YouHelped, OutcomeWords.Beside(visits));
        Assert.Equal(OutcomeText.CameNot, OutcomeWords.Beside([visits[1] with { Felt = [] }]));
    }

    /// <summary>A doctor gave a second opinion, then looked by an ordinary agreement and said what came of that: it corrects nothing of the opinion.</summary>
    [Fact]
    public void AnAnswerTellsOfTheLooksByTheSameAgreementsAlone()
    {
        var deeds = new Deeds().Look(2, consent: "opinion").Said(1.99, 0, "gave-opinion").Felt(1.98, 0, "helped")
            .Look(1.97, consent: "share").Look(1.96, consent: "share").Said(1.95, 4, "changed-medicine").All;
        var visits = Visit.In(deeds);
        Assert.Equal([[0], [3, 4]], visits.Select(visit => visit.Looks.Select(look => look.Index)));
        Assert.Equal((OutcomeKind.GaveOpinion, OutcomeKind.Helped), (Assert.Single(visits[0].Said).Outcome.Kind, visits[0].FeltLast!.Kind));
        Assert.Equal((OutcomeKind.ChangedMedicine, null), (Assert.Single(visits[1].Said).Outcome.Kind, visits[1].FeltLast));

        // What the patient said of the opinion does not stand beside what came of the other look.
        Assert.Contains(OutcomeText.TheyChangedMedicine, OutcomeWords.Beside(visits));
        Assert.DoesNotContain(OutcomeText.YouHelped, OutcomeWords.Beside(visits));
        Assert.Equal([0], Visit.Find(deeds, 0)!.Looks.Select(look => look.Index));
    }

    [Fact]
    public void TheSameAgreementsInAnotherOrderAreTheSame()
    {
        var deeds = new Deeds().Add(1, LedgerKind.Disclosed, Deeds.Lee, "TREAT", consents: ["c1", "c2"]).Add(1, LedgerKind.Disclosed, Deeds.Lee, "TREAT", consents: ["c2", "c1"])
            .Look(1).All;
        Assert.Equal([[0, 1], [2]], Visit.In(deeds).Select(visit => visit.Looks.Select(look => look.Index)));
    }

    [Fact]
    public void WhatThePatientSaidStandsBesideTheAnswerItWasSaidToAndNoLaterOne()
    {
        var deeds = new Deeds().Look(3).Said(2.9, 0, "gave-opinion").Felt(2.8, 0, "helped");
        Assert.Equal(OutcomeKind.Helped, Visit.Find(deeds.All, 0)!.FeltLast!.Kind);
        deeds.Said(2.7, 0, "changed-medicine");
        Assert.Null(Visit.Find(deeds.All, 0)!.FeltLast);
        Assert.DoesNotContain(OutcomeText.YouHelped, OutcomeWords.Beside(Visit.In(deeds.All)));
        deeds.Felt(2.6, 0, "no-difference");
        Assert.Equal(OutcomeKind.NoDifference, Visit.Find(deeds.All, 0)!.FeltLast!.Kind);
        Assert.Contains(OutcomeText.YouNoDifference, OutcomeWords.Beside(Visit.In(deeds.All)));
    }

    [Theory]
    [InlineData("17 found-something: an old fracture: healed", 17, OutcomeKind.FoundSomething, "an old fracture: healed")]
    [InlineData("0 read-only", 0, OutcomeKind.ReadOnly, null)]
    public void ANoteIsRead(string note, long look, OutcomeKind kind, string? words) => Assert.Equal(new Outcome(look, kind, words), Outcome.Of(NoteOf(note)));

    [Theory]
    [InlineData("")]
    [InlineData("17")]
    [InlineData("-1 read-only")]
    [InlineData("x read-only")]
    [InlineData("3 something-else")]
    public void WhatIsNoSuchNoteTellsNoOutcome(string note) => Assert.Null(Outcome.Of(NoteOf(note)));

    [Fact]
    public void EveryLookIsOfOneVisitAndNoOutcomeIsToldOfAnothers()
    {
        var random = new Random(11);
        for (var round = 0; round < 200; round++)
        {
            var deeds = new Deeds();
            var at = 30.0;
            for (var i = random.Next(60); i > 0; i--)
            {
                at -= random.NextDouble() * 8 * Hour;
                var who = random.Next(2) == 0 ? Deeds.Lee : Deeds.Sam;
                _ = random.Next(4) == 0 && deeds.All.Count > 0 ? deeds.Said(at, random.Next(deeds.All.Count), "read-only", who) : deeds.Look(at, who);
            }

            var visits = Visit.In(deeds.All);
            Assert.Equal(deeds.All.Where(deed => deed.IsLook).Select(deed => deed.Index), visits.SelectMany(visit => visit.Looks).Select(look => look.Index).Order());
            Assert.All(visits, visit => Assert.Single(visit.Looks.Select(look => look.Actor).Distinct()));
            Assert.All(visits, visit => Assert.All(visit.Said, said => Assert.Equal(visit.First.Actor, said.Deed.Actor)));
            Assert.All(visits.SelectMany(visit => visit.Looks), look => Assert.Equal(visits.Single(visit => visit.Looks.Contains(look)).First, Visit.Find(deeds.All, look.Index)!.First));
        }
    }

    private static LedgerDeed NoteOf(string note) => new Deeds().Add(1, LedgerKind.Outcome, Deeds.Lee, note: note).All[0];
}
