using System.Text.Json.Nodes;
using Rapport.TestKit;

namespace Rapport.Consent.Tests;

/// <summary>Our tables of purposes and labels are those of HL7's code systems.</summary>
public sealed class VocabularyTests
{
    private const string ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

    [Fact]
    public void PurposesHangTogetherAsInActReason()
    {
        var system = new Hierarchy("vocabulary/hl7-security-labels/CodeSystem-v3-ActReason.json");
        var purposes = system.Below("PurposeOfUse").Append("PurposeOfUse").ToHashSet();

        Assert.Equal(purposes.Order(), PurposeOfUse.Codes.Order());
        foreach (var whole in purposes)
        {
            foreach (var part in purposes)
            {
                Assert.Equal(part == whole || system.IsBelow(part, whole), PurposeOfUse.Covers(whole, part));
            }
        }
    }

    [Fact]
    public void SensitiveKindsHangTogetherAsInActCodeExceptThatSubstanceAbuseCoversSubstanceUseDisorders()
    {
        var system = new Hierarchy("vocabulary/hl7-security-labels/CodeSystem-v3-ActCode.json");
        var kinds = system.Below("_InformationSensitivityPolicy").Where(static code => code[0] != '_').ToList();
        Assert.NotEmpty(kinds);
        foreach (var whole in kinds)
        {
            Assert.True(SecurityLabels.IsSensitive(ActCode, whole));
            Assert.DoesNotContain('`', SecurityLabels.Describe(ActCode, whole));
            foreach (var part in kinds)
            {
                var expected = part == whole || system.IsBelow(part, whole) || (whole == "ETH" && part is ("SUD" or "ETHUD" or "OPIOIDUD"));
                Assert.Equal(expected, SecurityLabels.Covers(new(ActCode, whole), new(ActCode, part)));
            }
        }
    }

    [Theory]
    [InlineData("ObligationPolicy")]
    [InlineData("RefrainPolicy")]
    public void HandlingInstructionsAreNotSensitive(string policy) =>
        Assert.DoesNotContain(
            new Hierarchy("vocabulary/hl7-security-labels/CodeSystem-v3-ActCode.json").Below(policy),
            static code => SecurityLabels.IsSensitive(ActCode, code));

    [Theory]
    [InlineData(ActCode, "SOMETHINGNEW", true)]
    [InlineData(ActCode, "42CFRPart2", true)]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R", true)]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "V", true)]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "S", true)]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "N", false)]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "U", false)]
    [InlineData("urn:oid:2.16.840.1.113883.5.25", "R", true)]
    [InlineData("urn:oid:2.16.840.1.113883.5.4", "HIV", true)]
    [InlineData("http://hl7.org/fhir/v3/ActCode", "HIV", true)]
    [InlineData("", "HIV", true)]
    [InlineData("", "R", true)]
    [InlineData("", "N", false)]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HTEST", false)]
    [InlineData("http://example.org/labels", "HIV", false)]
    public void ACodeIsSensitiveInTheSystemsOfHL7WhateverTheyAreCalled(string system, string code, bool expected) => Assert.Equal(expected, SecurityLabels.IsSensitive(system, code));

    /// <summary>A code system with its parents, by nesting and by the property <c>subsumedBy</c>.</summary>
    private sealed class Hierarchy
    {
        private readonly Dictionary<string, HashSet<string>> _parents = [];

        public Hierarchy(string path) => Add(JsonNode.Parse(File.ReadAllText(Repository.SharedData(path)))!["concept"], null);

        public IEnumerable<string> Below(string code) => _parents.Keys.Where(other => IsBelow(other, code));

        public bool IsBelow(string inner, string outer) =>
            _parents.TryGetValue(inner, out var parents) && (parents.Contains(outer) || parents.Any(parent => IsBelow(parent, outer)));

        private void Add(JsonNode? concepts, string? parent)
        {
            foreach (var concept in concepts?.AsArray() ?? [])
            {
                var code = concept!["code"]!.GetValue<string>();
                _parents.TryAdd(code, []);
                if (parent is not null)
                {
                    _parents[code].Add(parent);
                }

                foreach (var property in concept["property"]?.AsArray().Where(static p => p!["code"]!.GetValue<string>() == "subsumedBy") ?? [])
                {
                    _parents[code].Add(property!["valueCode"]!.GetValue<string>());
                }

                Add(concept["concept"], code);
            }
        }
    }
}
