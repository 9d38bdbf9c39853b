using System.Globalization;
using Rapport.Language;

namespace Rapport.Labelling.Tests;

/// <summary>The rule files: whole, well formed, and each rule with its source and its name.</summary>
public sealed class RuleFilesTests
{
    private static readonly string[] Labels = ["", "ADOL", "ETHUD", "GDIS", "HIV", "MST", "OPIOIDUD", "PSY", "PSYTHPN", "R", "SDV", "SEX", "STD", "SUD", "VIO"];

    [Fact]
    public void EveryRuleSaysWhereItComesFrom() => Assert.All(RuleBook.Current.Rules, static rule => Assert.True(RuleBook.Current.Sources.GetValueOrDefault(rule.Id)?.Length > 10, rule.Id));

    [Fact]
    public void EveryRuleButTheHarmlessHasAName() => Assert.All(RuleBook.Current.Rules.Where(static rule => rule.Implication != Implication.Harmless), static rule =>
    {
        CultureInfo.CurrentUICulture = Languages.English.Culture;
        var english = Reasons.NameOf(rule.Id);
        CultureInfo.CurrentUICulture = Languages.Spanish.Culture;
        Assert.NotNull(english);
        Assert.NotEqual(english, Reasons.NameOf(rule.Id));
    });

    [Fact]
    public void LabelsAreThoseThatPagesCanName() => Assert.Empty(RuleBook.Current.Rules.Select(static rule => rule.Label).Except(Labels));

    /// <summary>A typing error in a code makes another code of it: SNOMED CT and LOINC have check digits against that.</summary>
    [Fact]
    public void CodesOfSnomedAndLoincAreWhole()
    {
        Assert.DoesNotContain(RuleBook.Current.Codes.CodesOf(CodeSystems.OfShort("SCT")), static code => !CheckDigits.IsSnomed(code));
        Assert.DoesNotContain(RuleBook.Current.Codes.CodesOf(CodeSystems.OfShort("LOINC")), static code => !CheckDigits.IsLoinc(code));
    }

    [Theory]
    [InlineData("a | PSY", "line 1")]
    [InlineData("a | PSY | opinion", "line 1")]
    [InlineData("a | | about", "line 1")]
    [InlineData("a | PSY | about\na | PSY | about", "two rules `a`")]
    [InlineData("  SCT 1", "before its head")]
    [InlineData("a | PSY | about\n  ICD11 F10", "no code system `ICD11`")]
    [InlineData("a | PSY | about\n  ICD10CM F10-G11", "`F10-G11`")]
    [InlineData("a | PSY | about\n  ICD10CM F10 F10", "twice")]
    [InlineData("a | PSY | about\n  en a+b", "not one word")]
    [InlineData("a | PSY | about\n  en (a)", "must be there")]
    public void WhatIsWrongInAFileIsSaid(string text, string says) => Assert.Contains(says, Assert.Throws<InvalidDataException>(() => RuleBook.Parse("x.txt", text)).Message, StringComparison.Ordinal);

    [Fact]
    public void TheLongestCodeOfAClassificationDecides()
    {
        var book = RuleBook.Parse("x.txt", "all | SUD | about\n  ICD10CM F F11-F16\nalcohol | ETHUD | about\n  ICD10CM F10\nnot | | harmless\n  ICD10CM F17");

        Assert.Equal("alcohol", Find("F10.20"));
        Assert.Equal("alcohol", Find("f1020"));
        Assert.Equal("all", Find("F11.2"));
        Assert.Equal("not", Find("F17.2"));
        Assert.Equal("all", Find("F20"));
        Assert.Equal("", Find("G20"));

        string Find(string code) => string.Join(' ', book.Codes.Find(CodeSystems.OfShort("ICD10CM"), System.Text.Encoding.UTF8.GetBytes(code)).ToArray().Select(static rule => rule.Id));
    }
}
