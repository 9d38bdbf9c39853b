namespace Rapport.Consent;

/// <summary>Works out why one entry is permitted or stays home: follows the same rules as the sets do, for one entry.</summary>
internal sealed class Reasoning
{
    private readonly CompiledConsents _compiled;
    private readonly DisclosureRequest _request;
    private readonly NormalizedRequest _normalized;
    private readonly int _entry;
    private NearMiss _nearest;

    public Reasoning(CompiledConsents compiled, DisclosureRequest request, int entry)
    {
        _compiled = compiled;
        _request = request;
        _normalized = new(request);
        _entry = entry;
        _nearest = new(ReasonKind.NoConsent, null, null);
    }

    private string For => PurposeOfUse.Describe(_normalized.Purpose);

    public DecisionReason Conclude()
    {
        var permitting = new List<PatientConsent>();
        var denying = new List<(PatientConsent Consent, CompiledRule Rule)>();
        foreach (var (consent, root) in _compiled.Consents)
        {
            if (!CompiledConsents.SpeaksOf(consent, _normalized))
            {
                continue;
            }

            var (kind, rule) = Evaluate(consent, root, RequestMatch.Everything);
            if (kind == RuleKind.Permit)
            {
                permitting.Add(consent);
            }
            else if (kind == RuleKind.Deny)
            {
                denying.Add((consent, rule!));
            }
        }

        return denying.Count > 0 ? Withheld(denying) : permitting.Count > 0 ? Shared(permitting) : StaysHome();
    }

    /// <summary>What a rule and the rules in it say of the entry, <see cref="RuleKind.Scope"/> for nothing, and which of them says it.</summary>
    private (RuleKind Kind, CompiledRule? Rule) Evaluate(PatientConsent consent, CompiledRule rule, RequestMatch outer)
    {
        var match = outer.Within(rule.Rule, rule.Narrows, _normalized);
        (RuleKind Kind, CompiledRule? Rule) said = (RuleKind.Scope, null);
        foreach (var inner in rule.Rules)
        {
            var inside = Evaluate(consent, inner, match);
            said = inside.Kind > said.Kind ? inside : said;
        }

        if (said.Kind != RuleKind.Scope)
        {
            return said;
        }

        var kind = rule.Rule.Kind;
        if ((kind == RuleKind.Permit ? match.Permits : kind == RuleKind.Deny && match.Denies) && Bits.Contains(rule.Covered, _entry))
        {
            return (kind, rule);
        }

        if (kind == RuleKind.Permit)
        {
            Remember(consent, rule, match);
        }

        return said;
    }

    /// <summary>Keeps the permit that came closest.</summary>
    private void Remember(PatientConsent consent, CompiledRule rule, RequestMatch match)
    {
        var certain = Bits.Contains(rule.Certain, _entry);
        ReasonKind? miss = match switch
        {
            { Permits: true } when certain => _compiled.ConsentEntries.Contains(_entry) && !_compiled.Labels.Sensitive.Contains(_entry)
                ? ReasonKind.OwnConsent : ReasonKind.Sensitive,
            { Denies: true } when Bits.Contains(rule.Possible, _entry) => ReasonKind.NotEvaluable,
            { Permits: true } => ReasonKind.NotIncluded,
            { Who: Answer.Yes, Time: Answer.No, Purpose: Answer.Yes, Action: Answer.Yes } when certain => ReasonKind.NotValid,
            { Who: Answer.Yes, Time: Answer.Yes, Purpose: not Answer.Yes } => ReasonKind.OtherPurpose,
            { Who: Answer.Yes, Time: Answer.Yes } => ReasonKind.OtherAction,
            _ => null,
        };
        if (miss is { } kind && kind < _nearest.Kind)
        {
            _nearest = new(kind, consent, rule.Rule);
        }
    }

    private DecisionReason Shared(List<PatientConsent> consents)
    {
        var titles = consents.ConvertAll(static c => c.Title).Distinct().ToList();
        return new(ReasonKind.Shared, $"shared with {_request.Recipient.Name} for {For} by {Sentences.Join(titles)}", Ids(consents));
    }

    private DecisionReason Withheld(List<(PatientConsent Consent, CompiledRule Rule)> denying)
    {
        var (consent, compiled) = denying[0];
        var rule = compiled.Rule;
        var whom = rule.Recipients is null ? "" : $" from {_request.Recipient.Name}";
        var why = compiled.Certain is var certain && !Bits.Contains(certain, _entry) ? ", as far as can be told" : "";
        return new(
            ReasonKind.Withheld,
            $"stays home: {consent.Title} withholds {What(rule)}{whom}{why}",
            Ids(denying.ConvertAll(static d => d.Consent)));
    }

    private string What(Rule rule)
    {
        var conditions = new List<string>();
        if (rule.Classes is not null)
        {
            conditions.Add("this kind of entry");
        }

        if (rule.Codes is not null)
        {
            conditions.Add("what is about this");
        }

        if (rule.Labels is not null && _compiled.Labels.Describe(_entry) is { Count: > 0 } marks)
        {
            conditions.Add($"what is marked as {Sentences.Join(marks)}");
        }

        if (rule.DataPeriod is not null)
        {
            conditions.Add("what is from this time");
        }

        if (rule.Authors is not null || rule.Data?.Values.Any(static d => d.Meaning == DataMeaning.AuthoredBy) == true)
        {
            conditions.Add("what comes from its author");
        }
        else if (rule.Data is not null)
        {
            conditions.Add("this entry");
        }

        if (conditions.Count == 0)
        {
            conditions.Add("it");
        }

        return rule.Purposes is null ? Sentences.Join(conditions) : $"{Sentences.Join(conditions)} for {For}";
    }

    private DecisionReason StaysHome()
    {
        var (kind, consent, rule) = _nearest;
        var name = _request.Recipient.Name;
        var text = kind switch
        {
            ReasonKind.Sensitive => $"marked as {Sentences.Join(_compiled.Labels.Describe(_entry))}, and no consent names that for {name}",
            ReasonKind.OwnConsent => "it is a consent, and no consent names those",
            ReasonKind.NotEvaluable => $"{consent!.Title} may share it with {name}, but a part of it cannot be evaluated",
            ReasonKind.NotIncluded => $"what you share with {name} for {For} does not include it",
            ReasonKind.NotValid => $"{consent!.Title} {Validity(consent!, rule!)}",
            ReasonKind.OtherPurpose => $"you share with {name}, but not for {For}",
            ReasonKind.OtherAction => $"you let {name} use your record, but not for {Doing(_request.Action)}",
            _ => $"no consent shares it with {name}",
        };
        return new(kind, $"stays home: {text}", consent is null ? [] : [consent.Id]);
    }

    private string Validity(PatientConsent consent, Rule rule)
    {
        foreach (var validity in (ReadOnlySpan<Period?>)[rule.Validity, consent.Root.Validity])
        {
            if (validity is { IsUnknown: false, Range: var range } period && period.Contains(_normalized.AtUnixMs) == Answer.No)
            {
                return _normalized.AtUnixMs < range.Low
                    ? $"begins on {Sentences.Date(Instants.FromUnixMs(range.Low))}"
                    : $"ended on {Sentences.Date(Instants.FromUnixMs(range.High - 1))}";
            }
        }

        return "is not valid at this time";
    }

    private static string Doing(string action) => action switch
    {
        ConsentAction.Access or ConsentAction.Disclose => "reading it",
        ConsentAction.Correct => "correcting it",
        ConsentAction.Collect => "adding to it",
        _ => $"`{action}`",
    };

    private static string[] Ids(List<PatientConsent> consents) => [.. consents.Select(static c => c.Id)];

    private readonly record struct NearMiss(ReasonKind Kind, PatientConsent? Consent, Rule? Rule);
}
