using Rapport.Consent.Deciding;
using Rapport.Language;

namespace Rapport.Consent;

/// <summary>Works out why one entry is permitted or stays home: follows the same rules as the sets do, for one entry.</summary>
internal sealed class Reasoning
{
    private readonly CompiledConsents _compiled;
    private readonly DisclosureRequest _request;
    private readonly NormalizedRequest _normalized;
    private readonly Reaches _reaches;
    private readonly int _entry;
    private NearMiss _nearest;

    public Reasoning(CompiledConsents compiled, DisclosureRequest request, Reaches reaches, int entry)
    {
        _compiled = compiled;
        _request = request;
        _reaches = reaches;
        _normalized = new(request);
        _entry = entry;
        _nearest = new(ReasonKind.NoConsent, null, null);
    }

    /// <summary>Whether what would permit the entry by itself does so; null where it always does.</summary>
    public Func<PatientConsent, bool>? Permits { get; init; }

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

            var (kind, rule) = Evaluate(consent, root, RequestMatch.Around(_normalized));
            if (consent.PassedOn is { } passed && kind != RuleKind.Scope && !(kind == RuleKind.Permit && _reaches.Of(passed)?.Contains(_entry) == true))
            {
                _nearest = _nearest.Kind > ReasonKind.NotPassedOn ? new(ReasonKind.NotPassedOn, consent, null) : _nearest;
            }
            else if (kind == RuleKind.Permit && Permits?.Invoke(consent) == false)
            {
                _nearest = _nearest.Kind > ReasonKind.NotIncluded ? new(ReasonKind.NotIncluded, consent, null) : _nearest;
            }
            else if (kind == RuleKind.Permit)
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
            { IsNamed: false, Who: Answer.Yes, Purpose: Answer.Yes, Time: Answer.Yes } => ReasonKind.OtherAction,
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
        return new(ReasonKind.Shared, Say.Fill(ReasonText.Shared, _request.Recipient.Name, For, Say.List(titles)), Ids(consents));
    }

    private DecisionReason Withheld(List<(PatientConsent Consent, CompiledRule Rule)> denying)
    {
        var (consent, compiled) = denying[0];
        var rule = compiled.Rule;
        var text = rule.Recipients is null
            ? Say.Fill(ReasonText.Withheld, consent.Title, What(rule))
            : Say.Fill(ReasonText.WithheldFrom, consent.Title, What(rule), _request.Recipient.Name);
        return new(
            ReasonKind.Withheld,
            Home(Bits.Contains(compiled.Certain, _entry) ? text : Say.Fill(ReasonText.AsFarAsKnown, text)),
            Ids(denying.ConvertAll(static d => d.Consent)));
    }

    private string What(Rule rule)
    {
        var conditions = new List<string>();
        if (rule.Classes is not null)
        {
            conditions.Add(ReasonText.ThisKind);
        }

        if (rule.Codes is not null)
        {
            conditions.Add(ReasonText.AboutThis);
        }

        if (rule.Labels is not null && _compiled.Labels.Describe(_entry) is { Count: > 0 } marks)
        {
            conditions.Add(Say.Fill(ReasonText.MarkedAs, Say.List(marks)));
        }

        if (rule.DataPeriod is not null)
        {
            conditions.Add(ReasonText.FromThisTime);
        }

        if (rule.Authors is not null || rule.Data?.Values.Any(static d => d.Meaning == DataMeaning.AuthoredBy) == true)
        {
            conditions.Add(ReasonText.FromItsAuthor);
        }
        else if (rule.Data is not null)
        {
            conditions.Add(ReasonText.ThisEntry);
        }

        if (conditions.Count == 0)
        {
            conditions.Add(ReasonText.It);
        }

        return rule.Purposes is null ? Say.List(conditions) : Say.Fill(ReasonText.WhatFor, Say.List(conditions), For);
    }

    private DecisionReason StaysHome()
    {
        var (kind, consent, rule) = _nearest;
        var name = _request.Recipient.Name;
        var text = kind switch
        {
            ReasonKind.Sensitive => Say.Fill(ReasonText.Sensitive, Say.List(_compiled.Labels.Describe(_entry)), name),
            ReasonKind.OwnConsent => ReasonText.OwnConsent,
            ReasonKind.NotEvaluable => Say.Fill(ReasonText.NotEvaluable, consent!.Title, name),
            ReasonKind.NotIncluded => Say.Fill(ReasonText.NotIncluded, name, For),
            ReasonKind.NotPassedOn => Say.Fill(ReasonText.NotPassedOn, consent!.PassedOn!.ByName ?? consent.PassedOn.By[0]),
            ReasonKind.NotValid => Validity(consent!, rule!),
            ReasonKind.OtherPurpose => Say.Fill(ReasonText.OtherPurpose, name, For),
            ReasonKind.OtherAction => Say.Fill(ReasonText.OtherAction, name, Doing(_request.Action)),
            _ => Say.Fill(ReasonText.NoConsent, name),
        };
        return new(kind, Home(text), consent is null ? [] : [consent.Id]);
    }

    private string Validity(PatientConsent consent, Rule rule)
    {
        if (consent.Counted is { IsUsedUp: true } counted && !counted.IsOpen(_request.At))
        {
            return Say.Fill(counted.Allowed == 1 ? ReasonText.UsedOnce : ReasonText.UsedUp, consent.Title, Say.Number(counted.Allowed));
        }

        var root = Array.Find(_compiled.Consents, compiled => compiled.Consent == consent)!.Root.Rule;
        if (consent.Treatment is not null && root.Validity?.Range.High != consent.Root.Validity?.Range.High && root.Validity?.Range.High <= _normalized.AtUnixMs)
        {
            return Say.Fill(ReasonText.TreatmentOver, consent.Title);
        }

        foreach (var validity in (ReadOnlySpan<Period?>)[rule.Validity, root.Validity])
        {
            if (validity is { IsUnknown: false, Range: var range } period && period.Contains(_normalized.AtUnixMs) == Answer.No)
            {
                return _normalized.AtUnixMs < range.Low
                    ? Say.Fill(ReasonText.Begins, consent.Title, Say.FirstDay(Instants.FromUnixMs(range.Low)))
                    : Say.Fill(ReasonText.Ended, consent.Title, Say.LastDay(Instants.FromUnixMs(range.High)));
            }
        }

        return Say.Fill(ReasonText.NotValidNow, consent.Title);
    }

    private static string Home(string why) => Say.Fill(ReasonText.StaysHome, why);

    private static string Doing(string action) => action switch
    {
        ConsentAction.Access or ConsentAction.Disclose => ReasonText.Reading,
        ConsentAction.Correct => ReasonText.Correcting,
        ConsentAction.Collect => ReasonText.Adding,
        ConsentAction.ShareOn => ReasonText.SharingOn,
        ConsentAction.Comment => ReasonText.Commenting,
        ConsentAction.Converse => ReasonText.Conversing,
        _ => $"`{action}`",
    };

    private static string[] Ids(List<PatientConsent> consents) => [.. consents.Select(static c => c.Id)];

    private readonly record struct NearMiss(ReasonKind Kind, PatientConsent? Consent, Rule? Rule);
}
