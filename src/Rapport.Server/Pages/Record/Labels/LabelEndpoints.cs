using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.Labelling;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Record.Labels;

/// <summary>What stays home unless the patient says so: all of it, one class, one entry; and changing it. What would let somebody see more is shown first, and asks who it is.</summary>
internal static class LabelEndpoints
{
    /// <summary>Where all of it stands.</summary>
    public const string All = "/record/labels";

    private const string Review = All + "/review";

    /// <summary>Entries whose reasons are counted together.</summary>
    private const int MostExplained = 2_000;

    public static void MapLabels(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(All, ShowAllAsync);
        pages.MapGet(All + "/{code}", ShowClassAsync);
        pages.MapGet(Review, ReviewAsync);
        pages.MapPost(Review, SayAsync).RequireRateLimiting(RateLimits.Labels);
        pages.MapPost(All + "/undo", UndoAsync).RequireRateLimiting(RateLimits.Labels);
        pages.MapPost(All + "/rule", IgnoreRuleAsync).RequireRateLimiting(RateLimits.Labels);
        pages.MapGet("/record/{type}/{id}/labels", ShowEntryAsync);
        pages.MapPost("/record/{type}/{id}/labels", ChangeEntryAsync).RequireRateLimiting(RateLimits.Labels);
    }

    /// <summary>The labels of an entry for its own page; null when it has none to show.</summary>
    internal static async Task<EntryLabelsView?> ViewAsync(OwnAccess own, string type, LocalId? local, CancellationToken cancel) =>
        type != "Consent" && await own.Labels.ExplainAsync(type, local, cancel) is { } labels
            ? new EntryLabelsView(labels, (await own.SourcesAsync(cancel)).FirstOrDefault(source => source.Number == labels.Entry.Source)?.Description.Name)
            : null;

    private static async Task<IResult> ShowAllAsync(HttpContext http, RecordDoor door, string? done, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var counts = await own.Labels.CountAsync(cancel);
        return new RazorComponentResult<LabelsPage>(new Dictionary<string, object?>
        {
            [nameof(LabelsPage.Classes)] = counts.Where(static pair => pair.Key.IsSensitive).OrderBy(static pair => LabelWords.Of(pair.Key), StringComparer.CurrentCulture).Select(static pair => (pair.Key, pair.Value)).ToList(),
            [nameof(LabelsPage.Said)] = await SaidAsync(own, cancel),
            [nameof(LabelsPage.Done)] = done == "said",
            [nameof(LabelsPage.Problem)] = done switch { "gone" => LabelsText.GoneWhy, "many" => LabelsText.TooMany, "often" => LabelsText.TooOften, "much" => LabelsText.TooMuchAtOnce, _ => null },
        });
    }

    private static async Task<IResult> ShowClassAsync(HttpContext http, RecordDoor door, string code, int? page, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var counts = await own.Labels.CountAsync(cancel);
        if (counts.Keys.FirstOrDefault(known => known.Code == code && known.IsSensitive) is not { Code: not null } label)
        {
            return TypedResults.NotFound();
        }

        var number = Math.Clamp(page ?? 1, 1, (counts[label] + LabelListPage.PageSize - 1) / LabelListPage.PageSize);
        var explained = await own.Labels.ExplainAllAsync(label, 0, MostExplained, cancel);
        var start = (number - 1) * LabelListPage.PageSize;
        var shown = start + LabelListPage.PageSize <= explained.Count || counts[label] <= MostExplained
            ? explained.Skip(start).Take(LabelListPage.PageSize).ToList()
            : await own.Labels.ExplainAllAsync(label, start, LabelListPage.PageSize, cancel);
        var sources = await own.SourcesAsync(cancel);
        return new RazorComponentResult<LabelListPage>(new Dictionary<string, object?>
        {
            [nameof(LabelListPage.Label)] = label,
            [nameof(LabelListPage.Reasons)] = LabelReason.Of(label, explained),
            [nameof(LabelListPage.Explained)] = explained.Count,
            [nameof(LabelListPage.Entries)] = shown.Select(entry => new EntryLabelsView(entry, sources.FirstOrDefault(source => source.Number == entry.Entry.Source)?.Description.Name)).ToList(),
            [nameof(LabelListPage.Total)] = counts[label],
            [nameof(LabelListPage.Page)] = number,
        });
    }

    private static async Task<IResult> ShowEntryAsync(HttpContext http, RecordDoor door, string type, string id, string? check, CancellationToken cancel)
    {
        if (await OpenAsync(http, door, type, id, cancel) is not var (_, view))
        {
            return TypedResults.NotFound();
        }

        return new RazorComponentResult<EntryLabelsPage>(new Dictionary<string, object?>
        {
            [nameof(EntryLabelsPage.View)] = view,
            [nameof(EntryLabelsPage.Problem)] = check switch { "same" => LabelsText.NothingChanged, "what" => LabelsText.ChooseForWhat, "many" => LabelsText.TooMany, "often" => LabelsText.TooOften, "much" => LabelsText.TooMuchAtOnce, _ => null },
        });
    }

    private static async Task<IResult> ChangeEntryAsync(HttpContext http, IFormCollection form, RecordDoor door, LabelDrafts drafts, string type, string id, CancellationToken cancel)
    {
        if (await OpenAsync(http, door, type, id, cancel) is not var (own, view))
        {
            return TypedResults.NotFound();
        }

        var here = $"/record/{view.Reference}/labels";
        LabelScope self = new LabelScope.Entry(type, view.Labels.Entry.Id.Length == own.Patient.ToString().Length ? null : LocalId.Parse(view.Labels.Entry.Id.AsSpan(own.Patient.ToString().Length + 1)));
        if (form.ContainsKey("looked"))
        {
            return await GoOnAsync(http, own, drafts, view.Reference, [new LabelWord(self, SecurityLabel.Restricted, LabelVerdict.TakenAway)], cancel);
        }

        if (ScopesOf(form["for"].ToString(), self, view) is not { } scopes)
        {
            return new SeeOther(here + "?check=what");
        }

        var ticked = form["label"].ToHashSet();
        List<LabelWord> words =
        [
            .. from choice in view.Choices
               let isTicked = ticked.Contains(choice.Label.Code)
               where isTicked != choice.IsThere
               from scope in scopes
               select new LabelWord(scope.Scope, choice.Label, isTicked ? LabelVerdict.Added : LabelVerdict.TakenAway) { Shown = scope.Shown },
        ];
        return words.Count is > 0 and <= OwnLabelling.MostAtOnce ? await GoOnAsync(http, own, drafts, view.Reference, words, cancel) : new SeeOther(here + "?check=same");
    }

    /// <summary>What a form is for: the entry, what it is called, or its kind; null for nothing that there is.</summary>
    private static IReadOnlyList<(LabelScope Scope, string? Shown)>? ScopesOf(string chosen, LabelScope self, EntryLabelsView view) => chosen switch
    {
        "this" => [(self, null)],
        "type" => [(new LabelScope.OfType(view.Labels.Entry.ResourceType), view.Line.TypeName)],
        _ when int.TryParse(chosen, System.Globalization.NumberStyles.None, null, out var number) && number < view.Kinds.Count =>
            [.. view.Kinds[number].Codes.Select(code => ((LabelScope)code, (string?)view.Kinds[number].Name))],
        _ => null,
    };

    /// <summary>A reason that does not count for the patient, wherever it is found.</summary>
    private static async Task<IResult> IgnoreRuleAsync(HttpContext http, IFormCollection form, RecordDoor door, LabelDrafts drafts, CancellationToken cancel)
    {
        var rules = form["rule"].OfType<string>().Distinct().ToList();
        if (await door.OpenOwnAsync(http, TokenScopes.Contribute) is null || rules.Count is 0 or > OwnLabelling.MostAtOnce
            || !rules.TrueForAll(static rule => rule.Length is > 0 and <= OwnLabelling.MostText && Labeller.NameOf(rule) is not null))
        {
            return TypedResults.NotFound();
        }

        return To(http, drafts, LabelDraft.Of(null, [.. rules.Select(static rule => new LabelWord(new LabelScope.FoundBy(rule), null, LabelVerdict.TakenAway))]));
    }

    /// <summary>Takes words back: what sources say and rules find holds again.</summary>
    private static async Task<IResult> UndoAsync(HttpContext http, IFormCollection form, RecordDoor door, LabelDrafts drafts, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Contribute) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var ids = form["id"].ToHashSet();
        List<LabelWord> words = [.. (await own.Labels.ListAsync(cancel)).Where(said => ids.Contains(said.Id.ToString())).Take(OwnLabelling.MostAtOnce).Select(static said => said.Word with { Verdict = LabelVerdict.None, Shown = null })];
        return words.Count > 0 ? await GoOnAsync(http, own, drafts, null, words, cancel) : new SeeOther(All);
    }

    /// <summary>Says it at once where it is about one entry and lets nobody see more; else shows first what it does.</summary>
    private static async Task<IResult> GoOnAsync(HttpContext http, OwnAccess own, LabelDrafts drafts, string? entry, IReadOnlyList<LabelWord> words, CancellationToken cancel)
    {
        var draft = LabelDraft.Of(entry, words);
        if (words.Any(static word => word.Scope is not LabelScope.Entry && word.Verdict != LabelVerdict.None))
        {
            return To(http, drafts, draft);
        }

        var said = await own.Labels.SayAsync(words, mayShareMore: false, cancel);
        return said.Outcome == LabelOutcome.WouldShareMore ? To(http, drafts, draft) : Done(draft, said);
    }

    private static async Task<IResult> ReviewAsync(HttpContext http, RecordDoor door, LabelDrafts drafts, PeopleModule people, TimeProvider clock, string? draft, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Contribute) is not { } own)
        {
            return TypedResults.NotFound();
        }

        if (drafts.Open(http.GetPerson().Id, draft) is not { } form || await own.Labels.PreviewAsync(form.Read(), cancel) is not { } preview)
        {
            return new SeeOther(All + "?done=gone");
        }

        // Letting somebody see more of what is sensitive is for the person themselves, not for whoever finds their device open.
        if (preview.SharesMore && !http.IsFresh())
        {
            return new SeeOther(Fresh.ConfirmPath($"{Review}?draft={draft}"));
        }

        return new RazorComponentResult<LabelReviewPage>(new Dictionary<string, object?>
        {
            [nameof(LabelReviewPage.Form)] = form,
            [nameof(LabelReviewPage.Draft)] = draft,
            [nameof(LabelReviewPage.Review)] = await LabelReview.OfAsync(preview, await SentencesAsync(own, form.Read(), cancel), own, new Recipients(people), http.GetPerson().Id, clock.GetUtcNow(), cancel),
        });
    }

    private static async Task<IResult> SayAsync(HttpContext http, IFormCollection form, RecordDoor door, LabelDrafts drafts, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Contribute) is not { } own)
        {
            return TypedResults.NotFound();
        }

        if (drafts.Open(http.GetPerson().Id, form["draft"]) is not { } draft)
        {
            return new SeeOther(All + "?done=gone");
        }

        // Only what was shown is agreed to: when somebody else would see more by now, or something else, that is shown first.
        var said = await own.Labels.SayAsync(draft.Read(), http.IsFreshEnough() ? form["more"].ToString() : null, cancel);
        return said.Outcome == LabelOutcome.WouldShareMore ? To(http, drafts, draft) : Done(draft, said);
    }

    private static SeeOther Done(LabelDraft draft, LabelsSaid said) => (said.Outcome, draft.Entry) switch
    {
        (LabelOutcome.TooMany, { } entry) => new SeeOther($"/record/{entry}/labels?check=many"),
        (LabelOutcome.TooMany, _) => new SeeOther(All + "?done=many"),
        (LabelOutcome.TooOften, { } entry) => new SeeOther($"/record/{entry}/labels?check=often"),
        (LabelOutcome.TooOften, _) => new SeeOther(All + "?done=often"),
        (LabelOutcome.NotThere, _) => new SeeOther(All + "?done=gone"),
        (_, { } entry) => new SeeOther($"/record/{entry}?labels=said"),
        _ => new SeeOther(All + "?done=said"),
    };

    private static SeeOther To(HttpContext http, LabelDrafts drafts, LabelDraft draft) =>
        drafts.TrySeal(http.GetPerson().Id, draft) is { } text ? new SeeOther($"{Review}?draft={text}")
        : draft.Entry is { } entry ? new SeeOther($"/record/{entry}/labels?check=much")
        : new SeeOther(All + "?done=much");

    private static async Task<(OwnAccess Own, EntryLabelsView View)?> OpenAsync(HttpContext http, RecordDoor door, string type, string id, CancellationToken cancel) =>
        await door.OpenOwnAsync(http, TokenScopes.Contribute) is { } own && LocalReference.TryParseId(id, out var patient, out var local) && patient == own.Patient
        && await ViewAsync(own, type, local, cancel) is { } view
            ? (own, view)
            : null;

    /// <summary>What the patient said, each in a sentence; what was said of several codes of one name, or of entries that are shown as one, is one.</summary>
    private static async Task<IReadOnlyList<LabelSaid>> SaidAsync(OwnAccess own, CancellationToken cancel)
    {
        List<LabelSaid> all = [];
        foreach (var said in await own.Labels.ListTogetherAsync(cancel))
        {
            // What is one with something of a kind was marked with the kind.
            var word = (said.FirstOrDefault(static one => one.Word.Scope is not LabelScope.Entry) ?? said[0]).Word;
            var (title, reference) = await TitleAsync(own, word, cancel);
            var next = new LabelSaid([.. said.Select(static one => one.Id.ToString())], LabelWords.Of(word, title), Say.Day(said[0].At), reference);

            // Rules of one name are one reason.
            if (word.Scope is LabelScope.FoundBy && all.FindIndex(known => known with { Ids = next.Ids } == next) is >= 0 and var at)
            {
                next = next with { Ids = [.. all[at].Ids, .. next.Ids] };
                all.RemoveAt(at);
            }

            all.Add(next);
        }

        return all;
    }

    private static async Task<IReadOnlyList<string>> SentencesAsync(OwnAccess own, IReadOnlyList<LabelWord> words, CancellationToken cancel)
    {
        HashSet<string> sentences = [];
        foreach (var word in words)
        {
            // Taking a word back is told by what was said.
            var told = word.Verdict == LabelVerdict.None ? (await own.Labels.ListAsync(cancel)).FirstOrDefault(said => said.Word.Scope == word.Scope && said.Word.Label == word.Label)?.Word : word;
            if (told is not null)
            {
                var sentence = LabelWords.Of(told, (await TitleAsync(own, told, cancel)).Title);
                sentences.Add(word.Verdict == LabelVerdict.None ? Say.Fill(LabelsText.UndoThis, sentence) : sentence);
            }
        }

        return [.. sentences];
    }

    private static async Task<(string? Title, string? Reference)> TitleAsync(OwnAccess own, LabelWord word, CancellationToken cancel) =>
        word.Scope is LabelScope.Entry entry && await own.QueryAsync(new RecordQuery.ById(entry.ResourceType, entry.Local), cancel) is { Count: 1 } answer
            ? (LabelWords.Title(EntryReader.Line(answer.ReadResource(0))), answer.Entries[0].Reference)
            : (null, null);
}
