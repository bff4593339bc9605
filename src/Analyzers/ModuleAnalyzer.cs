using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Autograd.Analyzers;

/// <summary>Modules: steps that only compute, and parameters that are declared.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ModuleAnalyzer : DiagnosticAnalyzer
{
    static readonly string[] declaring = ["Parameter", "Weight", "Bias", "Share", "Weights", "Part"];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics =>
        ImmutableArray.Create(Rules.ImpureStep, Rules.UndeclaredParameter);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationBlockAction(Step);
        context.RegisterSymbolStartAction(Module, SymbolKind.NamedType);
    }

    static void Step(OperationBlockAnalysisContext context)
    {
        if (context.OwningSymbol is not IMethodSymbol { Name: "Step", IsOverride: true } method
            || !method.ContainingType.DerivesFrom("Cell"))
            return;
        foreach (var operation in context.OperationBlocks.SelectMany(block => block.DescendantsAndSelf()))
            if (Impurity(operation) is { } found)
                context.ReportDiagnostic(Diagnostic.Create(Rules.ImpureStep, operation.Syntax.GetLocation(), found));
    }

    static string? Impurity(IOperation operation)
    {
        if (operation.Written()?.Bare() is { } target)
        {
            var written = target is IArrayElementReferenceOperation element ? element.ArrayReference.Bare() : target;
            if (written is IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation, Field: var field })
                return $"it writes to the field '{field.Name}'";
            if (written is IPropertyReferenceOperation { Instance: null or IInstanceReferenceOperation, Property: var property })
                return $"it writes to the property '{property.Name}'";
        }
        return operation switch
        {
            IObjectCreationOperation { Type: { } type } when IsRandom(type) => "it makes a Random",
            IInvocationOperation { TargetMethod.ContainingType: { } type } when IsRandom(type) => "it draws from a Random",
            _ => null,
        };
    }

    static bool IsRandom(ITypeSymbol type) =>
        type.Name == "Random" && type.ContainingNamespace.ToDisplayString() == "System" || type.BaseType is { } parent && IsRandom(parent);

    // Fields that are given a new parameter somewhere in the class, and declared nowhere.
    static void Module(SymbolStartAnalysisContext context)
    {
        if (!((INamedTypeSymbol)context.Symbol).DerivesFrom("Module")) return;
        var made = new List<(ISymbol Member, Location Where)>();
        var declared = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        context.RegisterOperationAction(
            assignment =>
            {
                var operation = (ISimpleAssignmentOperation)assignment.Operation;
                lock (made) Add(made, operation.Target.Target(), operation.Value);
            },
            OperationKind.SimpleAssignment);
        context.RegisterOperationAction(
            initializer =>
            {
                var (members, value) = initializer.Operation switch
                {
                    IFieldInitializerOperation field => (field.InitializedFields.Cast<ISymbol>(), field.Value),
                    IPropertyInitializerOperation property => (property.InitializedProperties, property.Value),
                    _ => ([], null!),
                };
                lock (made)
                    foreach (var member in members) Add(made, member, value);
            },
            OperationKind.FieldInitializer, OperationKind.PropertyInitializer);
        context.RegisterOperationAction(
            call =>
            {
                var invocation = (IInvocationOperation)call.Operation;
                if (!declaring.Contains(invocation.TargetMethod.Name)) return;
                lock (made)
                    foreach (var argument in invocation.Arguments)
                        if (argument.Value.Target() is { } target) declared.Add(target);
            },
            OperationKind.Invocation);
        context.RegisterSymbolEndAction(end =>
        {
            foreach (var (member, where) in made)
                if (!declared.Contains(member)) end.ReportDiagnostic(Diagnostic.Create(Rules.UndeclaredParameter, where, member.Name));
        });
    }

    static void Add(List<(ISymbol, Location)> made, ISymbol? member, IOperation value)
    {
        if (member is (IFieldSymbol or IPropertySymbol)
            && value.Bare() is IObjectCreationOperation created && created.Type.IsAutograd("Parameter"))
            made.Add((member, created.Syntax.GetLocation()));
    }
}
