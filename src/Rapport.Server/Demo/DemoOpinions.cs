using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Opinions;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Demo;

/// <summary>An invented question that maya asked two invented doctors, who have answered: so their access has ended, and nothing is shared. What came of it stands in her ledger.</summary>
internal sealed class DemoOpinions(Modules modules)
{
    private const string Problem = "Essential hypertension";

    private readonly OpinionDesk _desk = new(modules.People, modules.Records.Opinions, modules.Clock);

    /// <summary>Asks and answers, unless that was done; what was cut short is gone on with.</summary>
    public async Task AskAsync(OwnAccess own, IReadOnlyList<Person> doctors, CancellationToken cancel)
    {
        if ((await _desk.ListAsync(own, cancel)).Count == 0)
        {
            await AskNowAsync(own, doctors, cancel);
        }

        foreach (var known in await _desk.ListAsync(own, cancel))
        {
            foreach (var invitation in known.Invitations.Where(static invitation => invitation.State == InvitationState.Waiting))
            {
                await AnswerAsync(own, known.Question, invitation.Id, doctors.Single(doctor => doctor.VerifiedReference == invitation.Professional), cancel);
            }
        }
    }

    private async Task AskNowAsync(OwnAccess own, IReadOnlyList<Person> doctors, CancellationToken cancel)
    {
        var answer = await own.QueryAsync(new RecordQuery.Timeline(5000) { Types = OpinionProposal.Types }, cancel);
        var entries = Enumerable.Range(0, answer.Count).Select(i => (Entry: answer.Entries[i], Resource: answer.ReadResource(i))).ToList();
        var about = entries.First(static entry => entry.Entry.ResourceType == "Condition" && EntryReader.Line(entry.Resource).BothNames.Contains(Problem, StringComparison.Ordinal));
        List<string> sent = [.. OpinionProposal.Of(about.Entry.Reference, entries, modules.Clock.GetUtcNow()).Where(static entry => entry.IsProposed).Select(static entry => entry.Entry.Reference)];
        var question = new OpinionQuestion(
            LocalId.New(), "My blood pressure at home is fine on most days. Do I need a second medicine for it, as I was told?", about.Entry.Reference, Problem, modules.Clock.GetUtcNow().AddDays(14), sent);
        await _desk.AskAsync(own, question, OpinionText.QuestionName, doctors, cancel);
    }

    private async Task AnswerAsync(OwnAccess own, OpinionQuestion question, LocalId invitation, Person doctor, CancellationToken cancel)
    {
        var actor = new Actor(doctor.Id, doctor.Reference, doctor.DisplayName, doctor.RecipientReferences);
        var look = await modules.Records.Gate.DiscloseAsync(new DisclosureAsk(actor, own.Patient, OpinionDesk.Purpose, new RecordQuery.Everything()), cancel);
        var isFirst = doctor.SignInName == "dr-lee";
        await _desk.GiveAsync(doctor, actor, own.Patient, invitation, question, isFirst ? First : Second, OpinionText.OpinionName, cancel);
        if (isFirst && look is not null)
        {
            await own.TellAsync(new Outcome(look.LedgerIndex, OutcomeKind.Helped, "I know what to ask at my next appointment"), cancel);
        }
    }

    private static Opinion First { get; } = new(
        OpinionStance.Refines, "Your values at home are good enough to wait. I would first see them over two weeks, morning and evening, before adding a medicine.", OpinionConfidence.High,
        "Measure twice a day for two weeks, and bring the list.", "What you measure at home tells more than one value at the practice.", ["https://guidelines.example.org/home-blood-pressure"]);

    private static Opinion Second { get; } = new(
        OpinionStance.Differs, "With your diabetes I would aim lower. A second medicine in a small dose protects your kidneys.", OpinionConfidence.Medium,
        "Check potassium and creatinine before it, and four weeks after.", null, []);
}
