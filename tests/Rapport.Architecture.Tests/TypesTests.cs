using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components;
using Rapport.Records;

namespace Rapport.Architecture.Tests;

/// <summary>Habits that every type keeps.</summary>
public sealed class TypesTests
{
    [Fact]
    public void ClassesAreSealedStaticOrAbstract() => House.AssertNone(
        from type in House.Types
        where type.IsClass && !type.IsSealed && !type.IsAbstract
        // A component is written as markup, which has no way to say it.
        where !typeof(IComponent).IsAssignableFrom(type)
        select type.FullName);

    [Fact]
    public void IdsAreReadOnlyValuesThatCompare() => House.AssertNone(
        from type in Ids
        let isReadOnly = type.IsValueType && type.IsDefined(typeof(IsReadOnlyAttribute), inherit: false)
        let isEquatable = type.IsAssignableTo(typeof(IEquatable<>).MakeGenericType(type))
        let isComparable = type.IsAssignableTo(typeof(IComparable<>).MakeGenericType(type))
        where !isReadOnly || !isEquatable || !isComparable
        select $"{type.FullName}: read-only struct {isReadOnly}, equatable {isEquatable}, comparable {isComparable}");

    /// <summary>So that reading someone's record around the door does not compile.</summary>
    [Fact]
    public void OnlyTheDoorMakesWhatReadsBodies() => House.AssertNone(
        from type in (Type[])[typeof(RecordAnswer), typeof(Disclosure), typeof(OwnAccess), typeof(OwnAnswer)]
        from constructor in type.GetConstructors(BindingFlags.Public | BindingFlags.Instance)
        select $"{type.FullName} can be made by anybody");

    [Fact]
    public void TheRulesSeeTypes()
    {
        Assert.NotEmpty(Ids);
        Assert.All(House.Assemblies, assembly => Assert.Contains(House.Types, type => type.Assembly == assembly));
    }

    private static IEnumerable<Type> Ids => House.Types.Where(type =>
        type is { IsPublic: true, IsEnum: false } && type.Name.EndsWith("Id", StringComparison.Ordinal));
}
