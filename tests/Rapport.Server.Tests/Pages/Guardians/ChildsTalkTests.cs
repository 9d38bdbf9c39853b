using System.Net;
using Rapport.Consent;
using Rapport.Language;
using Rapport.Ledger;
using Rapport.Records;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Talks;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages;

/// <summary>Conversations about a small child: whoever looks after it attaches entries, takes others out, ends them and puts what came into the record, as the child itself would.</summary>
public sealed class ChildsTalkTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatTheyAttachIsShownBeforeAndSeenAsLongAsTheySeeItThemselves()
    {
        var (family, parent, doctor, place) = await BeginAsync();
        var own = await family.OpenOwnAsync(server);
        var all = (await own.QueryAsync(new RecordQuery.Timeline(200) { Types = ["Observation", "Condition"] }, Cancel)).Entries;
        var entry = all.First(static known => known.Labels.Count == 0).Reference;
        using var chooser = await StepAsync(parent, place, "attach", "look at this");
        var offered = await chooser.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("name=\"attach\"", offered);
        using var preview = await StepAsync(parent, place, "preview", "look at this", ("attach", entry));
        var told = WebUtility.HtmlDecode(await preview.Content.ReadAsStringAsync(Cancel));
        Assert.Contains($"name=\"attach\" value=\"{entry}\"", told);
        Assert.Contains("Dr Lee", told);
        Assert.Contains(Say.Fill(ConversationText.ChildAttachUntil, Family.ChildsName), told);
        Assert.Empty(await own.ConsentsAsync(static consent => consent.Attached is not null, Cancel));

        await SaidAsync(parent, place, "look at this", ("attach", entry));
        var line = (await own.ReadLedgerAsync(null, 5, Cancel)).Select(static row => row.Details!).First(static details => details.Kind == LedgerKind.Consented);
        Assert.Equal((family.Parent.Person.Reference, $"Patient/{family.Record}"), (line.Actor, line.OnBehalfOf));
        var agreement = Assert.Single(await own.ConsentsAsync(static consent => consent.Attached is not null, Cancel));
        Assert.Equal(family.Parent.Person.Reference, agreement.Consent.PassedOn?.By[0]);
        var attached = $"{place}/attached/2/0";
        Assert.Contains($"href=\"{attached}\"", await doctor.ReadAsync(place));
        Assert.Contains(Family.ChildsName, WebUtility.HtmlDecode(await doctor.ReadAsync(attached)));
        Assert.Equal(HttpStatusCode.OK, (await parent.GetAsync(attached)).StatusCode);

        // When they act for the child no more, nobody sees by it.
        using var left = await parent.PostAsync(family.Acting, family.Acting + "/leave", ("nobody", "on"));
        Assert.Contains(Html(ConversationText.NotSharedAnyMore), await doctor.ReadAsync(attached));
        Assert.Empty(await own.CheckAsync(Cancel));
    }

    /// <summary>What is marked was the child's own alone to attach, who cannot: a psychiatrist got it on paper.</summary>
    [Fact]
    public async Task WhatIsMarkedStandsApartAndGoesAlongOnceTheyAreAskedOnceMore()
    {
        var (family, parent, doctor, place) = await BeginAsync();
        var own = await family.OpenOwnAsync(server);
        var all = (await own.QueryAsync(new RecordQuery.Timeline(200) { Types = ["Observation", "Condition"] }, Cancel)).Entries;
        var marked = all.First(static known => known.Labels.Any(static label => SecurityLabels.IsSensitive("", label))).Reference;
        using var preview = await StepAsync(parent, place, "preview", "for you", ("attach", marked));
        var told = WebUtility.HtmlDecode(await preview.Content.ReadAsStringAsync(Cancel));
        Assert.Contains(ConversationText.AttachSensitive, told);
        Assert.Contains(Say.Fill(ConversationText.AttachSensitiveYes, "Dr Lee"), told);
        Assert.Contains(Say.Fill(ConversationText.ChildAttachUntil, Family.ChildsName), told);

        // Not without that, however it is sent.
        using var unasked = await StepAsync(parent, place, "attached", "for you", ("attach", marked));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unasked.StatusCode);
        Assert.Contains(Say.Fill(ConversationText.ChildAttachUntil, Family.ChildsName), WebUtility.HtmlDecode(await unasked.Content.ReadAsStringAsync(Cancel)));
        using var unagreed = await StepAsync(parent, place, "send", "for you", ("attach", marked));
        Assert.Equal(HttpStatusCode.OK, unagreed.StatusCode);
        Assert.Empty(await own.ConsentsAsync(static consent => consent.Attached is not null, Cancel));

        await SaidAsync(parent, place, "for you", ("attach", marked), ("agreed", marked));
        Assert.NotNull(Assert.Single(await own.ConsentsAsync(static consent => consent.Attached is not null, Cancel)).Consent.PassedOn);
        var attached = $"{place}/attached/2/0";
        Assert.Contains(Family.ChildsName, WebUtility.HtmlDecode(await doctor.ReadAsync(attached)));

        // What they see no more themselves nobody sees by it.
        var kept = ConsentJson.Permit();
        kept["type"] = "deny";
        ConsentJson.Name(kept, family.Parent.Person.Reference, "Sam", []);
        ConsentJson.OfEntry(kept, marked, null);
        await own.PutConsentAsync(null, ConsentJson.Checked(ConsentJson.Of($"Patient/{family.Record}", "2026-06-01", kept)), null, Cancel);
        Assert.Contains(Html(ConversationText.NotSharedAnyMore), await doctor.ReadAsync(attached));
        using var chooser = await StepAsync(parent, place, "attach", "for you");
        Assert.DoesNotContain(marked, await chooser.Content.ReadAsStringAsync(Cancel));
        Assert.Empty(await own.CheckAsync(Cancel));
    }

    [Fact]
    public async Task TheyTakeSomebodyOutAndEndItAndWhatWasAttachedEndsWithIt()
    {
        var (family, parent, doctor, place) = await BeginAsync();
        var own = await family.OpenOwnAsync(server);
        var entry = (await own.QueryAsync(new RecordQuery.Timeline(50) { Types = ["Observation"] }, Cancel)).Entries.First(static known => known.Labels.Count == 0).Reference;
        using var more = await parent.PostAsync("/account", place + "/people", ("find", family.Home.Stranger.SignInName), ("step", "find"));
        var found = (await more.Content.ReadAsStringAsync(Cancel)).Split("name=\"with\" value=\"")[1].Split('"')[0];
        using var added = await parent.PostAsync("/account", place + "/people", ("with", found), ("step", "add"));
        Assert.EndsWith("?done=added", added.Headers.Location?.OriginalString);
        await SaidAsync(parent, place, "look at this", ("attach", entry));
        Assert.Equal(2, (await own.ConsentsAsync(static consent => consent is { Attached: not null, Status: "active" }, Cancel)).Count);

        using var friend = await family.Home.Stranger.SignInAsync(server);
        Assert.Contains(place + "/remove", await parent.ReadAsync(place));
        Assert.DoesNotContain(place + "/remove", await friend.ReadAsync(place));
        var member = (await parent.ReadAsync(place)).Split("name=\"member\" value=\"").Skip(1).Select(static rest => rest.Split('"')[0]).Single(reference => reference.StartsWith("RelatedPerson/", StringComparison.Ordinal));
        using var byFriend = await friend.PostAsync("/account", place + "/end");
        Assert.Equal(HttpStatusCode.NotFound, byFriend.StatusCode);
        using var removed = await parent.PostAsync("/account", place + "/remove", ("member", member));
        Assert.EndsWith("?done=removed", removed.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.NotFound, (await friend.GetAsync(place)).StatusCode);
        Assert.Single(await own.ConsentsAsync(static consent => consent is { Attached: not null, Status: "active" }, Cancel));

        using var ended = await parent.PostAsync("/account", place + "/end");
        Assert.EndsWith("?done=ended", ended.Headers.Location?.OriginalString);
        Assert.Empty(await own.ConsentsAsync(static consent => consent is { Attached: not null, Status: "active" }, Cancel));
        Assert.Contains(Html(Say.Fill(ConversationText.EndedAboutOther, Family.ChildsName)), await doctor.ReadAsync(place));
        Assert.Empty(await own.CheckAsync(Cancel));
    }

    [Fact]
    public async Task TheyPutASummaryAndAFileIntoTheRecordOnceAndAreToldSo()
    {
        var (family, parent, doctor, place) = await BeginAsync();
        await SaidAsync(parent, place, "May she run?");
        using var sent = await Talks.FilePagesTests.SendAsync(doctor, place, [("text", "the letter"), ("step", "send")], ("letter.png", Api.Conversations.SentFiles.Of("gps.png")));
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        var keep = $"{place}/files/3/0/keep";
        Assert.Contains($"action=\"{keep}\"", await parent.ReadAsync(place));
        Assert.DoesNotContain("/keep", await doctor.ReadAsync(place));
        var own = await family.OpenOwnAsync(server);
        for (var i = 0; i < 2; i++)
        {
            using var kept = await parent.PostAsync("/account", keep);
            Assert.Equal(HttpStatusCode.SeeOther, kept.StatusCode);
        }

        var sources = (await own.SourcesAsync(Cancel)).Where(static known => known.Description.Kind == ConversationSummary.Kind).Select(static known => known.Number).ToList();
        Assert.Single((await own.QueryAsync(new RecordQuery.Timeline(200) { Types = ["DocumentReference"] }, Cancel)).Entries, entry => sources.Contains(entry.Source));
        var page = await parent.ReadAsync(place);
        Assert.DoesNotContain($"action=\"{keep}\"", page);
        Assert.DoesNotContain("/gather/sources/", page);
        var source = (await own.SourcesAsync(Cancel)).First(static known => known.Description.Kind == ConversationSummary.Kind);
        Assert.Equal(family.Parent.Person.Reference, source.GatheredBy);
        Assert.Contains("Dr Lee", source.Description.Name);
    }

    [Fact]
    public async Task WhoActsWithinLimitsAndWhoseChildIsLetInDoNoneOfIt()
    {
        var (family, parent, _, place) = await BeginAsync();
        Assert.Contains("value=\"attach\"", await parent.ReadAsync(place));
        using var child = await family.LetInAsync(server);
        var page = await parent.ReadAsync(place);
        Assert.DoesNotContain("value=\"attach\"", page);
        Assert.DoesNotContain(place + "/end", page);
        using var ended = await parent.PostAsync("/account", place + "/end");
        Assert.Equal(HttpStatusCode.NotFound, ended.StatusCode);
        using var chooser = await StepAsync(parent, place, "attach", "look at this");
        Assert.Equal(HttpStatusCode.NotFound, chooser.StatusCode);
        Assert.Contains("value=\"attach\"", await child.ReadAsync(place));
    }

    /// <summary>A doctor wrote to a child of five as if it read that, and did not learn who does.</summary>
    [Fact]
    public async Task WhoWritesToASmallChildReadsWhoReadsIt()
    {
        var (family, parent, doctor, _) = await BeginAsync();
        Assert.Contains(Say.Fill(ConversationText.LeadToChild, Family.ChildsName), WebUtility.HtmlDecode(await doctor.ReadAsync(TalkPlaces.About(family.Record))));
        var place = await Talks.TalkHome.BeginAsync(doctor, "the plaster", [("about", family.Record.ToString())]);
        await SaidAsync(doctor, place, "It comes off on Monday.");
        Assert.Contains("It comes off on Monday.", await parent.ReadAsync(place));
        using var child = await family.LetInAsync(server);
        Assert.DoesNotContain(Say.Fill(ConversationText.LeadToChild, Family.ChildsName), WebUtility.HtmlDecode(await doctor.ReadAsync(TalkPlaces.About(family.Record))));
    }

    /// <summary>What a doctor wrote waited where nobody is, and looked sent.</summary>
    [Fact]
    public async Task WhatNobodyWouldReadIsNotBegunAndThatIsSaid()
    {
        var (family, parent, doctor, _) = await BeginAsync();
        using var left = await parent.PostAsync(family.Acting, family.Acting + "/leave", ("nobody", "on"));
        var page = WebUtility.HtmlDecode(await doctor.ReadAsync(TalkPlaces.About(family.Record)));
        Assert.Contains(Say.Fill(ConversationText.NobodyReads, Family.ChildsName), page);
        Assert.DoesNotContain("name=\"subject\"", page);
        using var begun = await doctor.PostAsync("/account", TalkPlaces.New, ("about", family.Record.ToString()), ("subject", "the plaster"), ("topic", "General"), ("step", "on"));
        Assert.Contains("check=who", begun.Headers.Location?.ToString());

        // Once somebody is there, there is who reads it: the child itself.
        using var child = await family.LetInAsync(server);
        Assert.Contains("name=\"subject\"", await doctor.ReadAsync(TalkPlaces.About(family.Record)));
    }

    /// <summary>A parent who writes to a doctor about their child, with a record.</summary>
    private async Task<(Family Family, FormVisitor Parent, FormVisitor Doctor, string Place)> BeginAsync()
    {
        var family = await Family.MoveInAsync(server);
        await family.BringAsync(server, Household.DemoRecord());
        await server.Modules.People.Circle.AddAsync(family.Record, family.Home.Doctor.Person.Id, "doctor", Cancel);
        var (parent, doctor) = (await family.Parent.SignInAsync(server), await family.Home.Doctor.SignInAsync(server));
        return (family, parent, doctor, await Talks.TalkHome.BeginAsync(parent, "her knee", [("about", family.Record.ToString()), ("with", family.Home.Doctor.Person.Reference)]));
    }
}
