using System.Net;
using Dapper;
using Rapport.Data;
using Rapport.Language;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Acting.Carers;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Nobody is taken out without a word, whatever happens between looking who it is about and taking them out.</summary>
public sealed partial class ChildsCarersTests
{
    /// <summary>Both presses looked before either took her out; the later one found nobody left to take out, and took back what she is told.</summary>
    [Fact]
    public async Task OfTwoWhoTakeSomebodyOutAtOnceTheLaterOneTakesNoWordBack()
    {
        using var about = await LookAtTakingOutAsync(await MoveInAsync());
        Assert.Equal([about.Maya.Reference], await about.TakeOutAsync(server));
        Assert.Empty(await about.TakeOutAsync(server));
        Assert.Contains(Say.Fill(CareText.WereTakenOutAbout, Family.ChildsName), WebUtility.HtmlDecode(await about.Mother.ReadAsync("/circle")));
    }

    /// <summary>What is noted for who stepped back meanwhile is taken back at once.</summary>
    [Fact]
    public async Task WhoSteppedBackMeanwhileIsNotToldThatSomebodyTookThemOut()
    {
        using var about = await LookAtTakingOutAsync(await MoveInAsync());
        using var left = await about.Mother.PostAsync(about.Family.Acting, about.Family.Acting + "/leave");
        Assert.Empty(await about.TakeOutAsync(server));
        Assert.Empty(await People.EndedCare.ListAsync(about.Maya.Id, Cancel));
    }

    /// <summary>Whom she let in between was taken out with her, and read nothing of it.</summary>
    [Fact]
    public async Task WhoIsLetInWhileSomebodyIsTakenOutWithAllWhomTheyLetInIsToldToo()
    {
        var family = await MoveInAsync();
        await People.Circle.AddAsync(family.Record, family.Home.Stranger.Person.Id, "friend", Cancel);
        using var about = await LookAtTakingOutAsync(family);
        using var friend = await LetInAsync(about.Mother, family, family.Home.Stranger);
        Assert.Equal([about.Maya.Reference, family.Home.Stranger.Person.Reference], await about.TakeOutAsync(server, withLetIn: true));
        foreach (var gone in new[] { about.Mother, friend })
        {
            Assert.Contains(Say.Fill(CareText.WereTakenOutAbout, Family.ChildsName), WebUtility.HtmlDecode(await gone.ReadAsync("/circle")));
        }
    }

    /// <summary>A note that cannot be checked is better told than kept.</summary>
    [Fact]
    public async Task WhoWasTakenOutReadsItAlsoWhereTheChildsRecordIsDamaged()
    {
        var family = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        using var mother = await LetInAsync(parent, family, family.Home.Patient);
        await TakeOutAsync(parent, family, family.Home.Patient);
        await DamageAsync(server, family.Record);
        Assert.Contains(Say.Fill(CareText.WereTakenOutAbout, Family.ChildsName), WebUtility.HtmlDecode(await mother.ReadAsync("/circle")));
        using var seen = await mother.PostAsync("/circle", CarePlaces.Seen, ("patient", family.Record.ToString()));
        Assert.DoesNotContain(CarePlaces.Seen, await mother.ReadAsync("/circle"));
    }

    /// <summary>Each look at it opens the child's record again.</summary>
    [Fact]
    public async Task WhatIsNotedAndNotDoneIsForgottenAfterADayAndWhatIsTrueIsNot()
    {
        await using var own = new RunningServer();
        await own.InitializeAsync();
        var family = await MoveInAsync(own);
        var (mother, ended) = (family.Home.Patient.Person, own.Modules.People.EndedCare);
        await ended.TellAsync(mother.Id, family.Record, Family.ChildsName, (family.Parent.Person.Reference, "Sam"), [$"{family.Record}.{LocalId.New()}"], Cancel);
        using (var visitor = await family.Home.Patient.SignInAsync(own))
        {
            await visitor.ReadAsync("/circle");
            Assert.Single(await ended.ListAsync(mother.Id, Cancel));
        }

        own.Clock.Advance(TimeSpan.FromHours(25));
        using (var visitor = await family.Home.Patient.SignInAsync(own))
        {
            await visitor.ReadAsync("/circle");
            Assert.Empty(await ended.ListAsync(mother.Id, Cancel));
        }

        using var parent = await family.Parent.SignInAsync(own);
        using var taking = await LetInAsync(parent, family, family.Home.Patient, own);
        await TakeOutAsync(parent, family, family.Home.Patient);
        own.Clock.Advance(TimeSpan.FromDays(3));
        using var later = await family.Home.Patient.SignInAsync(own);
        Assert.Contains(CarePlaces.Seen, await later.ReadAsync("/circle"));
    }

    private static Task DamageAsync(RunningServer where, PatientId record) => where.Modules.Database.WriteAsync(
        t => t.Connection!.ExecuteAsync("UPDATE compartment SET ledger_frontier = @none, record_seq = record_seq + 1 WHERE patient_id = @id", new { none = new byte[40], id = record.ToString() }, t), Cancel);

    /// <summary>A parent who looked who it is about, and has not taken anybody out yet.</summary>
    private async Task<Looked> LookAtTakingOutAsync(Family family)
    {
        var (parent, maya) = (await family.Parent.SignInAsync(server), family.Home.Patient.Person);
        var mother = await LetInAsync(parent, family, family.Home.Patient);
        var guardian = (await server.Modules.Records.Guardians.OpenAsync(family.Record, Household.ActorOf(family.Parent.Person), Cancel))!;
        return new Looked(family, parent, mother, guardian, (await guardian.Care.LookAtTakingOutAsync(maya.Reference, maya.RecipientReferences, Cancel))!);
    }

    /// <summary>What a parent saw who is about to take out whom they let in.</summary>
    private sealed record Looked(Family Family, FormVisitor Parent, FormVisitor Mother, GuardianAccess Guardian, TakingOut Taking) : IDisposable
    {
        public Person Maya => Family.Home.Patient.Person;

        public async Task<IReadOnlyList<string>> TakeOutAsync(RunningServer server, bool withLetIn = false) =>
            await TakenOut.TakeOutAsync(server.Modules, Guardian, Family.Child, Family.Parent.Person, Taking, new TakeOutChoice(Maya.Reference, Maya.RecipientReferences, WithLetIn: withLetIn));

        public void Dispose()
        {
            Parent.Dispose();
            Mother.Dispose();
        }
    }
}
