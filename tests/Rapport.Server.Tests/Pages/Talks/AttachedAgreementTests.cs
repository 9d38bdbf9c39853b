using System.Net;
using Rapport.Consent;
using Rapport.Language;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.SharedWithMe;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Sharing.SeriesTerms;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>What goes along with a message is told as that, to who shares it and to who may see it: as no more than it is, and without words that say nothing.</summary>
public sealed class AttachedAgreementTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Neither_side_reads_that_all_is_shared_where_one_entry_was_sent_along()
    {
        var home = (await MoveInAsync(server, withRecord: true)).Home;
        using var patient = await home.Patient.SignInAsync(server);
        using var doctor = await home.Doctor.SignInAsync(server);
        var place = await BeginAsync(patient, "My heart", [("with", home.Doctor.Person.Reference), ("text", "Good morning")]);
        var own = await home.Patient.OpenAsync(server);
        var entry = (await own.QueryAsync(new RecordQuery.Timeline(50) { Types = ["Condition"] }, Cancel)).Entries.First(static known => known.Labels.Count == 0).Reference;
        await SaidAsync(patient, place, "look at this", ("attach", entry));

        var shared = WebUtility.HtmlDecode(await patient.ReadAsync("/share"));
        Assert.Contains(Say.Count(SharingText.SentAlong, 1, "Dr Lee", PurposeOfUse.Describe(PurposeOfUse.Treatment)), shared, StringComparison.Ordinal);
        Assert.DoesNotContain(SharingText.OneEntry, shared, StringComparison.Ordinal);
        var listed = WebUtility.HtmlDecode(await doctor.ReadAsync("/shared"));
        Assert.Contains(Say.Sentence(SharedText.SentAlong), listed, StringComparison.Ordinal);
        Assert.DoesNotContain(Say.Sentence(SharedText.AllKinds), listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_see_entries_that_were_chosen_does_not_read_that_it_is_all_kinds()
    {
        var home = (await MoveInAsync(server, withRecord: true)).Home;
        using var doctor = await home.Doctor.SignInAsync(server);
        var own = await home.Patient.OpenAsync(server);
        var terms = new SharingTerms { Recipient = home.Doctor.Person.Reference, RecipientName = "Dr Lee", Purpose = PurposeOfUse.Treatment, Entries = [new NamedEntry("Condition/x", "a"), new NamedEntry("Condition/y", "b")] };
        Assert.Equal(ConsentWriteStatus.Created, (await own.PutConsentAsync(null, terms.ToConsent(own.Patient, server.Clock.GetUtcNow()), null, Cancel)).Status);
        var listed = WebUtility.HtmlDecode(await doctor.ReadAsync("/shared"));
        Assert.Contains(Say.Sentence(SharedText.Chosen), listed, StringComparison.Ordinal);
        Assert.DoesNotContain(Say.Sentence(SharedText.AllKinds), listed, StringComparison.Ordinal);

        var kind = terms with { Types = ["Condition"] };
        Assert.Equal(ConsentWriteStatus.Created, (await own.PutConsentAsync(null, kind.ToConsent(own.Patient, server.Clock.GetUtcNow()), null, Cancel)).Status);
        Assert.Contains(Say.Sentence(SharedText.ChosenOf.Split('{')[0]), WebUtility.HtmlDecode(await doctor.ReadAsync("/shared")), StringComparison.Ordinal);
    }

    /// <summary>Who may see all there is of one test, and what is still to come of it, read that it was some entries only.</summary>
    [Fact]
    public async Task Who_may_see_all_of_a_series_does_not_read_that_it_is_some_entries()
    {
        var home = (await MoveInAsync(server, withRecord: true)).Home;
        using var doctor = await home.Doctor.SignInAsync(server);
        var own = await home.Patient.OpenAsync(server);
        var terms = new SharingTerms
        {
            Recipient = home.Doctor.Person.Reference,
            RecipientName = "Dr Lee",
            Purpose = PurposeOfUse.Treatment,
            Types = ["Observation"],
            Series = [new NamedSeries(null, [new("http://loinc.org", "4548-4", "A1c")])],
        };
        Assert.Equal(ConsentWriteStatus.Created, (await own.PutConsentAsync(null, terms.ToConsent(own.Patient, server.Clock.GetUtcNow()), null, Cancel)).Status);
        var listed = WebUtility.HtmlDecode(await doctor.ReadAsync("/shared"));
        Assert.Contains(Say.Sentence(Say.Fill(SharedText.SeriesOf, Kind.Find("results")!.Many)), listed, StringComparison.Ordinal);
        Assert.DoesNotContain(Say.Sentence(SharedText.ChosenOf.Split('{')[0]), listed, StringComparison.Ordinal);
    }
}
