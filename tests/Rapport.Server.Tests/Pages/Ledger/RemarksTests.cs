using System.Globalization;
using Rapport.Ledger;
using Rapport.Records;
using Rapport.Server.Pages.Ledger;

namespace Rapport.Server.Tests.Pages.Ledger;

/// <summary>The rules by which a look stands first, one by one, at their edges.</summary>
public sealed class RemarksTests
{
    // Where looks are at noon, and every person looked before for the same.
    private static Deeds Known => new Deeds().Agree(500).Look(400).Look(300).Look(200).Look(100);

    [Fact]
    public void AUsualLookIsNotRemarked() => AssertLast(Known.Look(1));

    [Fact]
    public void TheFirstLookOfAPerson() => AssertLast(Known.Look(1, who: Deeds.Sam), RemarkKind.First);

    [Fact]
    public void ASecondLookIsNotTheFirst() => AssertLast(new Deeds().Look(2).Look(1));

    [Fact]
    public void APurposeTheyNeverHad() => AssertLast(Known.Look(1, purpose: "HRESCH"), RemarkKind.NewPurpose);

    [Fact]
    public void APurposeThatOnlyAnotherPersonHad() => AssertLast(Known.Look(90, who: Deeds.Sam, purpose: "FAMRQT").Look(1, purpose: "FAMRQT"), RemarkKind.NewPurpose);

    [Fact]
    public void OpeningTheEmergencyDoorIsUnusual() => AssertLast(Known.BreakGlass(1), RemarkKind.Emergency);

    [Fact]
    public void LookingThroughTheEmergencyDoorIsUnusual() => AssertLast(Known.BreakGlass(1).Look(1, purpose: "BTG", consent: "c9"), RemarkKind.Emergency, RemarkKind.NewPurpose);

    [Theory]
    [InlineData("2026-05-30T23:59:59-03:00", false)]
    [InlineData("2026-05-31T00:00:00-03:00", true)]
    [InlineData("2026-05-31T04:59:59-03:00", true)]
    [InlineData("2026-05-31T05:00:00-03:00", false)]
    public void NightIsFromMidnightToFiveWhereTheServerIs(string at, bool isNight)
    {
        var zone = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(-3), "test", "test");

        AssertLast(Known.Look((Deeds.Now - DateTimeOffset.Parse(at, CultureInfo.InvariantCulture)).TotalDays), zone, isNight ? [RemarkKind.AtNight] : []);
    }

    [Fact]
    public void WhoOftenLooksAtNightMay()
    {
        var nights = new Deeds();
        for (var day = 10; day > 10 - Remarks.KnownAfterNights; day--)
        {
            AssertHas(nights.Look(day - 0.35), RemarkKind.AtNight, isExpected: false); // 20:24
            AssertHas(nights.Look(day - 0.6), RemarkKind.AtNight, isExpected: true); // 02:24
        }

        AssertHas(nights.Look(1.4), RemarkKind.AtNight, isExpected: false);
    }

    [Theory]
    [InlineData(49, false)]
    [InlineData(50, true)]
    public void FarMoreThanBefore(int entries, bool isRemarked) => AssertLast(Known.Look(1, entries: entries), isRemarked ? [RemarkKind.FarMore] : []);

    [Fact]
    public void ManyAreNotFarMoreForWhoOftenSeesMany() => AssertLast(Known.Look(2, entries: 40).Look(1, entries: 199));

    [Fact]
    public void FarMoreNeedsThatOneKnowsHowMuchIsUsual() => AssertLast(new Deeds().Look(3, entries: 1).Look(2, entries: 1).Look(1, entries: 1000));

    [Theory]
    [InlineData(180, true)]
    [InlineData(179.9, false)]
    public void AfterALongPause(double days, bool isRemarked) => AssertLast(new Deeds().Look(1 + days).Look(1), isRemarked ? [RemarkKind.AfterPause] : []);

    [Fact]
    public void SoonAfterAnAgreementWithThemEnded() =>
        AssertLast(Known.Agree(50, "c2").Look(40, consent: "c2").Stop(3, "c1").Look(1, consent: "c2"), RemarkKind.AfterStop);

    /// <summary>A second opinion: the agreement ends with the doctor's answer, and the patient stopped nothing.</summary>
    [Theory]
    [InlineData(OpinionNote.Given)]
    [InlineData(OpinionNote.Declined)]
    public void AnAgreementThatTheirOwnAnswerEndedIsNoneThatThePatientStopped(string note) =>
        AssertLast(Known.Agree(50, "c2").Look(40, consent: "c2").Add(3, LedgerKind.Revoked, Deeds.Lee, consents: ["c1"], note: note).Look(1, consent: "c2"));

    [Fact]
    public void LongAfterAnAgreementEndedIsNotSoon() => AssertLast(Known.Agree(50, "c2").Look(40, consent: "c2").Stop(9, "c1").Look(1, consent: "c2"));

    [Fact]
    public void UnderAnAgreementMadeSinceItIsWanted() => AssertLast(Known.Stop(3, "c1").Agree(2, "c3").Look(1, consent: "c3"));

    [Fact]
    public void TheEndOfAnAgreementWithOthersSaysNothing() => AssertLast(Known.Agree(50, "c2").Look(40, who: Deeds.Sam, consent: "c2").Stop(3, "c2").Look(1, consent: "c1"));

    [Fact]
    public void SeveralReasonsAreToldWeightiestFirst() =>
        AssertLast(Known.Look(1.4, purpose: "BTG", entries: 300), RemarkKind.Emergency, RemarkKind.NewPurpose, RemarkKind.FarMore, RemarkKind.AtNight);

    [Fact]
    public void AReasonKnowsWhatItTells()
    {
        var far = Of(Known.Look(1, entries: 60), TimeZoneInfo.Utc).Single();
        var pause = Of(new Deeds().Look(300).Look(1), TimeZoneInfo.Utc).Single();

        Assert.Equal((60, 3), (far.Look.EntryCount, far.Most));
        Assert.Equal(Deeds.Now.AddDays(-300), pause.Before);
    }

    [Fact]
    public void WhatThePatientDoesIsNeverRemarked() =>
        Assert.Empty(Of(new Deeds().Gather(500).Agree(0.4).Stop(0.4).Add(0.4, LedgerKind.Erased, Deeds.Own, entries: 1000), TimeZoneInfo.Utc));

    private static IReadOnlyList<Remark> Of(Deeds deeds, TimeZoneInfo zone)
    {
        var remarks = new Remarks(zone);
        return deeds.All.Select(remarks.Of).ToList()[^1];
    }

    private static void AssertLast(Deeds deeds, params RemarkKind[] expected) => AssertLast(deeds, TimeZoneInfo.Utc, expected);

    private static void AssertLast(Deeds deeds, TimeZoneInfo zone, params RemarkKind[] expected) => Assert.Equal(expected, Of(deeds, zone).Select(remark => remark.Kind));

    private static void AssertHas(Deeds deeds, RemarkKind kind, bool isExpected) => Assert.Equal(isExpected, Of(deeds, TimeZoneInfo.Utc).Any(remark => remark.Kind == kind));
}
