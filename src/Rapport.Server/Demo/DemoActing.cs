using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Commenting;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Succession;

namespace Rapport.Server.Demo;

/// <summary>Who acts for whom in the demo: a daughter for her mother, now and when her mother cannot decide any more, and as a parent for her child. What a visitor ended stays ended.</summary>
internal sealed class DemoActing(Modules modules)
{
    private const string Child = "Leo Demo";

    private static readonly DateOnly Born = new(2019, 5, 14);

    /// <summary>Sets all of it that was never there.</summary>
    public async Task SetAsync(Person mother, Person daughter, CancellationToken cancel)
    {
        var own = await Patients.OpenAsync(modules, mother, mother.Record!.Value, cancel);
        var consents = await own.ConsentsAsync(cancel);
        var choice = new RecipientChoice(daughter.Reference, daughter.DisplayName, null, daughter.DefaultPurpose, daughter.RecipientReferences);
        var now = modules.Clock.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        if (!consents.Any(static consent => consent.Consent is { Delegation: not null, Asked: null } && !IsForLater(consent)))
        {
            var draft = ActingDraft.Least(daughter.Reference) with { Actions = ActingTerms.Choices, Kinds = ["conditions", "allergies", "medicines", "results", "visits", "plans"] };
            var terms = draft.ToTerms(choice, today, out _) ?? throw new InvalidOperationException("the demo lets nobody act");
            await own.PutConsentAsync(null, terms.ToConsent(own.Patient, mother.DisplayName, now), null, cancel);
            await CommentAsync(own, daughter, cancel);
        }

        if (!consents.Any(IsForLater))
        {
            var usual = SuccessionDraft.Usual(daughter.Reference);
            var terms = (usual with { What = usual.What with { Actions = [ConsentAction.Collect, ConsentAction.Correct] } }).ToTerms(choice, today, out _) ?? throw new InvalidOperationException("the demo names nobody for later");
            await modules.People.Circle.SetNamedForLaterAsync(own.Patient, daughter, true, "daughter", cancel);
            await own.PutConsentAsync(null, terms.ToConsent(own.Patient, mother.DisplayName, now), null, cancel);
        }

        await BeginAsync(daughter, cancel);
    }

    /// <summary>Under the latest blood pressure, the daughter says for her mother how it came to be.</summary>
    private async Task CommentAsync(OwnAccess own, Person daughter, CancellationToken cancel)
    {
        var query = SearchQuery.Parse("Observation", SearchQuery.SplitUrlQuery("code=http://loinc.org|85354-9&_sort=-date&_count=1")).Query!;
        var actor = new Actor(daughter.Id, daughter.Reference, daughter.DisplayName, daughter.RecipientReferences);
        if (await own.QueryAsync(new RecordQuery.Search(query), cancel) is { Count: 1 } found && await modules.Records.Commenting.OpenAsync(own.Patient, actor, PurposeOfUse.ActingForPatient, cancel) is { } access)
        {
            var by = Say.Fill(CommentText.ForPatient, daughter.DisplayName, access.PatientName);
            await access.CommentAsync(
                "Observation", LocalId.Parse(found.Entries[0].Id.AsSpan(PatientId.TextLength + 1)),
                new CommentWords("She had just climbed the stairs when we measured this. Sitting quietly it is lower.", CommentWords.NewKey()), by, Say.Fill(CommentText.SourceOf, by), cancel);
        }
    }

    /// <summary>The child is in nobody's list of those who sign in: nobody can, before the operator lets them.</summary>
    private async Task BeginAsync(Person parent, CancellationToken cancel)
    {
        if ((await modules.People.Circle.PatientsOfAsync(parent.Id, cancel)).Any(static link => link.Relationship == "parent"))
        {
            return;
        }

        var child = (await ChildRecord.BeginAsync(modules, parent, Child, Born, Delegation.Parent, cancel)).Child ?? throw new InvalidOperationException("the demo has no child");
        var acting = await modules.Records.Acting.OpenAsync(child.Record!.Value, new Actor(parent.Id, parent.Reference, parent.DisplayName, parent.RecipientReferences), cancel)
            ?? throw new InvalidOperationException("nobody acts for the demo's child");
        var options = new ImportOptions { SourceName = "the demo child's vaccination book" };
        await Importer.WriteAsync(acting, Importer.Read(SourceContent.Of("leo.json", DemoSeeder.Read("Demo/leo.json")), options, null, cancel), options, cancel);
    }

    private static bool IsForLater(StoredConsent consent) => consent.Resource.Root.All("extension").Any(static extension => extension.Text("url") == PatientConsent.SetForLater);
}
